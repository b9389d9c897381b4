"""What Schemathesis cannot know of this server."""

import re

import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# The rules that the document states, as class-validator names them. Others are about the time, or what the server knows.
STATED = re.compile(r"(is|min|max|array|matches|whitelist)")

# What copying adds before and after a text: controls and blanks.
UNSEEN_AROUND = re.compile(r"^[\s\x00-\x1f\x7f-\x9f]+|[\s\x00-\x1f\x7f-\x9f]+$")

# What it may empty depends on the kind of the provider, and on what else is stored of it.
CHANGES_OF_SEVERAL_KINDS = {"PATCH /api/v1/identity-providers/{providerId}"}

# Without a directory, only e-mail addresses are names to sign in with.
NAMES_TO_SIGN_IN_WITH = {"POST /api/v1/auth/sign-in"}


@schemathesis.check
def valid_request_acceptance(ctx, response, case):
    """As positive_data_acceptance; but for reasons that no schema can state, a request may be refused."""
    if response.status_code in (400, 410, 412, 429) and not breaks_stated_rule(response, case.operation.label):
        return None
    # Too large to be read; of a form, also too many fields.
    is_form = response.request.headers.get("Content-Type", "").startswith("multipart/")
    if response.status_code in (414, 431) or (response.status_code == 413 and is_form):
        return None
    return positive_data_acceptance(ctx, response, case)


@schemathesis.check
def invalid_request_rejection(ctx, response, case):
    """As negative_data_rejection; but the server leaves out what is not seen around a text before it checks it."""
    if as_read(case.body) != case.body or as_read(case.query) != case.query:
        return None
    return negative_data_rejection(ctx, response, case)


def as_read(value):
    if isinstance(value, str):
        return UNSEEN_AROUND.sub("", value)
    if isinstance(value, list):
        return [as_read(each) for each in value]
    if isinstance(value, dict):
        return {name: as_read(each) for name, each in value.items()}
    return value


def breaks_stated_rule(response, operation):
    try:
        errors = response.json().get("errors", [])
    except ValueError:
        return True
    rules = {each.get("rule", "") for each in errors}
    if operation in CHANGES_OF_SEVERAL_KINDS:
        rules.discard("isMissing")
    if operation in NAMES_TO_SIGN_IN_WITH:
        rules.discard("isEmail")
    return any(STATED.match(rule) for rule in rules)
