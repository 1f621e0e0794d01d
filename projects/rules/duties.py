"""Which roles one account may hold together: 三员分立 keeps the duties system, security and audit apart."""

from collections.abc import Collection

from projects.vocabulary import Role

DUTIES = (Role.ADMIN, Role.SECURITY, Role.AUDITOR)
"""Who keeps the system, who keeps accounts and rights, and who reads what both did."""
READS_NO_RECORD = frozenset({Role.SECURITY, Role.AUDITOR})
AUDITS_ALONE = "审计员不能兼任其他角色：看审计的人不办被审计的事。"
APART = "本系统实行三员分立：“管理员”“安全员”“审计员”须由不同的人担任，一个账号只能有其中一个。"


def duties_fault(roles: Collection[Role], *, separate: bool) -> str:
    """Why one account may not hold these roles, "" where it may. `separate`: whether the duties are kept apart."""
    if separate and sum(role in roles for role in DUTIES) > 1:
        return APART
    return AUDITS_ALONE if Role.AUDITOR in roles and len(set(roles)) > 1 else ""
