"""The address to open first."""

from sqlalchemy.orm import Session

from backend.users import access, service, signin


def link_address(url: str, token: str) -> str:
    """The page that signs in by a link's token, which stays out of logs as browsers do not send it on."""
    return f"{url}/enter#{token}"


def entrance(session: Session, url: str) -> str:
    """`url`; while no admin has a password, with a link that signs the first one in once."""
    admin = access.first_admin(session)
    if admin is None or service.has_admin_with_password(session):
        return url
    token = signin.make_link(session, service.get_user(session, admin.id), expires_at=None)
    return link_address(url, token)
