"""What is true in caseledger: words, events, commands and rules, without any input or output."""
