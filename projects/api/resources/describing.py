"""What a kind of record says of itself, from which its addresses and its part of the OpenAPI document are made.

Every writing function here calls an action; forms, rights and merge are those of the pages.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from projects.forms.evidence import FilesField
from projects.models import User

type Fields = Mapping[str, forms.Field]
type Files = MultiValueDict[str, Any] | None


class Question(Protocol):
    """What a list is asked, as its page asks it: a form that judges, and the rows that it finds."""

    @property
    def form(self) -> forms.BaseForm: ...
    @property
    def qs(self) -> "QuerySet[Any]": ...


def locked(record: Model) -> None:
    """Let nobody else write the record until the transaction ends."""
    type(record)._base_manager.select_for_update().get(pk=record.pk)


def untouched[R: Model](rows: "QuerySet[R]") -> "QuerySet[R]":
    """For a payload that shows the columns of its table alone."""
    return rows


def anybody(user: User, record: Model) -> bool:
    """For what whoever may read the record may do."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Act[M: Model]:
    """Something that is done to a record, at an address of its own.

    `form` judges what was sent; `fields` are those that the document names. `run` calls the action and returns the
    record that the answer shows; an act that `ends` the record is answered with 204. `may`: who is refused with 403.
    """

    code: str
    title: str
    fields: Callable[[], Fields]
    form: Callable[[QueryDict, Files, M, User], forms.BaseForm]
    run: Callable[[M, Any, User], M]
    may: Callable[[User, M], bool] = anybody
    ends: bool = False

    @property
    def files(self) -> list[str]:
        """The fields that take files, with which a body is `multipart/form-data`."""
        return [name for name, field in self.fields().items() if isinstance(field, FilesField)]

    @property
    def needs_files(self) -> bool:
        return any(self.fields()[name].required for name in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation[M: Model]:
    """A new record. `may`: who is refused with 403 whatever was sent. `subject` judges the fields that say what the
    record is for, `start` makes the unsaved record of them and raises Http404 or PermissionDenied for what the user may
    not see or write.
    """

    may: Callable[[User], bool]
    act: Act[M]
    start: Callable[[User, dict[str, Any]], M]
    subject: type[forms.Form] = forms.Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Change[M: Model]:
    """Changed fields of a record. `make`: its form, of what was sent or of what is stored; `keep` calls the action.

    `lock`: what the action locks first, so that two writers never wait for each other.
    """

    fields: Callable[[], Fields]
    make: Callable[[M, User, QueryDict | None], "forms.ModelForm[Any]"]
    keep: Callable[[M, Any, User], object]
    may: Callable[[User, M], bool]
    lock: Callable[[M], object] = locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource[M: Model]:
    """A kind of record.

    `readable`: what the user may see; `shown` loads with it all that `payload` shows. `find`: one of them, as its page
    finds it; Http404 where it is none.
    `question`: the list as its page asks it; `parameters`: what it can be asked. `route`: the open place of its
    address. `page_payload`: of a list that says more than its pages. `on_read`: told of a record that was answered.
    """

    name: str
    title: str
    payload: type[BaseSerializer[Any]]
    page_payload: type[BaseSerializer[Any]] | None = None
    readable: Callable[[User], "QuerySet[M]"]
    shown: Callable[["QuerySet[M]"], "QuerySet[M]"] = untouched
    question: Callable[[QueryDict, User], Question]
    parameters: Sequence[OpenApiParameter]
    find: Callable[..., M]
    route: str = ""
    creation: Creation[M] | None = None
    change: Change[M] | None = None
    acts: Sequence[Act[M]] = field(default_factory=tuple)
    lock: Callable[[M], object] = locked
    on_read: Callable[[Request, M], None] | None = None
    has_list: bool = True

    @property
    def address(self) -> str:
        """Of one record."""
        return self.route or f"{self.name}/<key:pk>/"
