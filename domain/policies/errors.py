"""The ways in which a version of a policy can fail to follow the others."""

from domain.errors import Refused


class PolicyVersionGoesBack(Refused):
    """A later version was published, or one that is valid from a later day; versions only go forward."""

    code = "policy_version_goes_back"


class PoliciesValidAtOnce(Refused):
    """Another version is valid from the same moment, so neither would be the newer one."""

    code = "policies_valid_at_once"
