"""What a request can fail with, by what is known of its effect."""


class NotApplied(Exception):
    """The store did not apply the request: it was never reached, or it said so."""

    status = 503
    applied = False


class Unknown(Exception):
    """The request was under way when the store stopped answering: it may have been applied."""

    status = 500
    applied = None


class BadRequest(Exception):
    status = 400
    applied = False
