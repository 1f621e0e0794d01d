"""Keys of the API: make one for an account, revoke it, note that it was used.

Making and revoking leave an `AccountEntry` of the owner. What rights the one who acts needs is the caller's to check.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from projects.actions.auditing import note
from projects.models import AccountEntry, ApiKey, User
from projects.models.api_key import KeyFacts
from projects.rules.api_keys import PREFIX_LENGTH, digest_of, key_text
from projects.rules.broken import RuleBroken
from projects.vocabulary import AccountAct, AuditAct, KeyScope

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
MOST_KEYS = 20
"""Keys in use of one account."""
NOTED_EVERY = timedelta(minutes=1)
"""A use is written at most so often: reading must not become writing."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its text, which is stored nowhere and shown once."""

    key: ApiKey
    text: str


@transaction.atomic
def make(owner: User, facts: KeyFacts, *, by: User) -> NewKey:
    """Make a key; RuleBroken for an account that may have none, or no more."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
    if not locked.is_active or locked.is_superuser:
        raise RuleBroken(f"{locked}不能有接口密钥：账号已停用，或是只在命令行管理的账号。")
    if (
        ApiKey.objects.filter(owner=locked, revoked_at=None, expires_on__gte=timezone.localdate()).count()
        >= MOST_KEYS
    ):
        raise RuleBroken(f"{locked}已有 {MOST_KEYS} 个在用的密钥，请先撤销不用的。")
    prefix = "".join(secrets.choice(LETTERS) for _ in range(PREFIX_LENGTH))
    text = key_text(prefix, secrets.token_urlsafe(32))
    key = ApiKey.objects.create(
        owner=locked,
        name=facts.name,
        prefix=prefix,
        digest=digest_of(text),
        scope=facts.scope,
        organisation=facts.organisation,
        expires_on=facts.expires_on,
        networks=facts.networks,
        made_by=by,
    )
    _note(key, AccountAct.KEY_MADE, _described(key), by=by, reason="")
    return NewKey(key, text)


@transaction.atomic
def revoke(key: ApiKey, *, by: User, reason: str) -> None:
    """End a key at once; RuleBroken where it was revoked before."""
    locked = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if locked.revoked_at is not None:
        raise RuleBroken(f"{locked}已经撤销。")
    _revoke(locked, by=by, reason=reason)


def revoke_all(owner: User, *, by: User, reason: str) -> int:
    """End every key of an account that is closed; how many. Called within the transaction that closes it."""
    keys = list(ApiKey.objects.select_for_update(of=("self",)).filter(owner=owner, revoked_at=None))
    for key in keys:
        _revoke(key, by=by, reason=reason)
    return len(keys)


def note_use(key: ApiKey, *, at: datetime, address: str | None) -> None:
    """The key was used; where that was noted within the last minute, nothing is written."""
    if key.last_used_at is None or key.last_used_at < at - NOTED_EVERY:
        used = ApiKey.objects.filter(pk=key.pk).unused_since(at - NOTED_EVERY)
        used.update(last_used_at=at, last_used_from=address)


def _revoke(key: ApiKey, *, by: User, reason: str) -> None:
    key.revoked_at, key.revoked_by, key.revoked_reason = timezone.now(), by, reason
    key.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    _note(key, AccountAct.KEY_REVOKED, str(key), by=by, reason=reason)


def _described(key: ApiKey) -> str:
    words = [f"{key}，{KeyScope(key.scope).label}", f"有效至 {key.expires_on:%Y-%m-%d}"]
    if key.organisation:
        words.append(f"限于{key.organisation.name}")
    if key.networks:
        words.append(f"限于 {key.networks}")
    return "；".join(words)


def _note(key: ApiKey, act: AccountAct, words: str, *, by: User, reason: str) -> None:
    AccountEntry.objects.create(person=key.owner, act=act, changes=words, reason=reason, by=by)
    said = "；".join(filter(None, (words, reason)))
    note(AuditAct.KEY, by=by, subject=f"{act.label}：{key.owner.username}", detail=said)
