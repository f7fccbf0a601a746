"""Every trouble as one sentence that says what to do, and an exit code.

    0  done
    1  something failed in the system: it could not be reached, refused, or is not well
    2  what was given is wrong: usage, a file, an id, a profile, a region
  130  stopped by Ctrl-C, or by a "no" where it was asked

What is not listed here is a defect, and is left to show its traceback.
"""

from __future__ import annotations

from dataclasses import dataclass

from vigie.errors import ConfigError, InputError, VigieError

FAILED = 1
WRONG_INPUT = 2
STOPPED = 130


@dataclass(frozen=True, slots=True)
class Trouble:
    """What to tell the operator, and the exit code that goes with it."""

    message: str
    code: int


_BOTO = {
    "ProfileNotFound": "{error}. `aws configure list-profiles` shows the profiles there are.",
    "NoRegionError": "No AWS region is set: give --region NAME, or set AWS_REGION; or --local for `make up`.",
    "InvalidRegionError": "{error}",
    "NoCredentialsError": "No AWS credentials were found: run `aws sso login` or `aws configure`, or give --profile.",
    "PartialCredentialsError": "{error}",
    "CredentialRetrievalError": "{error}",
    "SSOTokenLoadError": "The AWS sign-in has lapsed: run `aws sso login`.",
    "TokenRetrievalError": "The AWS sign-in has lapsed: run `aws sso login`.",
    "UnauthorizedSSOTokenError": "The AWS sign-in has lapsed: run `aws sso login`.",
    "ConfigParseError": "{error}",
    "ConfigNotFound": "{error}",
}
"""Errors of botocore that a person mends on their side, by class name."""

_CODES = {
    "ExpiredToken": "The AWS sign-in has lapsed: sign in again.",
    "ExpiredTokenException": "The AWS sign-in has lapsed: sign in again.",
    "RequestExpired": "AWS refused a request as too old: set the clock of this machine.",
    "InvalidClientTokenId": "AWS does not know these credentials: check --profile.",
    "UnrecognizedClientException": "AWS does not know these credentials: check --profile.",
    "SignatureDoesNotMatch": "AWS does not accept these credentials: check the secret key and this machine's clock.",
}
"""Error codes of AWS that a person mends on their side."""


def explain(error: BaseException, *, local: bool = False) -> Trouble | None:
    """What to tell about `error`; None when it is a defect. `local`: the embedded AWS was meant."""
    if isinstance(error, InputError):
        return Trouble(str(error), WRONG_INPUT)
    if isinstance(error, VigieError):
        cause = error.__cause__ or error.__context__
        behind = explain(cause, local=local) if cause is not None and not isinstance(cause, VigieError) else None
        return behind or Trouble(_sentence(error), FAILED)
    if type(error).__module__.startswith(("botocore", "boto3")):
        return _of_aws(error, local=local)
    if isinstance(error, OSError):
        return Trouble(_sentence(error), FAILED)
    return None


def _sentence(error: BaseException) -> str:
    said = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) and error.filename else str(error)
    said = said.strip() or type(error).__name__
    kind = "The deployment is not set up right: " if isinstance(error, ConfigError) else ""
    return kind + said + ("" if said.endswith((".", "!", "?")) else ".")


def _of_aws(error: BaseException, *, local: bool) -> Trouble:
    name = type(error).__name__
    if name in _BOTO:
        return Trouble(_BOTO[name].format(error=str(error).rstrip(".")), WRONG_INPUT)
    if name in ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError", "ReadTimeoutError"):
        where = "The local stack does not answer: start it with `make up`" if local else "AWS does not answer"
        hint = "." if local else ": check the network and --region."
        return Trouble(where + hint, FAILED)
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return Trouble(_sentence(error), FAILED)
    code = str(response.get("Error", {}).get("Code", "unknown"))
    if code in _CODES:
        return Trouble(_CODES[code], WRONG_INPUT)
    operation = getattr(error, "operation_name", "a request")
    if "AccessDenied" in code or code in ("AuthorizationError", "UnauthorizedOperation"):
        return Trouble(f"These credentials are not allowed to do {operation}: ask for that permission.", FAILED)
    return Trouble(f"AWS refused {operation} ({code}).", FAILED)
