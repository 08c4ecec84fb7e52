"""Policy packs and the engine that applies them: pure functions over data, the same answer for the same input."""
