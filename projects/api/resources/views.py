"""The endpoints of a description: its list, one record, and each of its acts."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.urls import reverse
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions.evidence import Judged, judge_all
from projects.api.conditional import ConditionalReads
from projects.api.idempotency import idempotent
from projects.api.paging import CURSOR_PARAMETERS, SIZE, RecordCursor
from projects.api.refusals import FAULTY_QUESTION, NO_CONDITION, WHOLE, Faulty, ReadsFigures
from projects.api.resources.conflicts import Collision, collided
from projects.api.resources.describing import Act, Change, Creation, Fields, Resource
from projects.api.versions import VERSION, newest_number, version_sent, with_etag
from projects.audit import Export, mark_export
from projects.forms.amending import Amendment
from projects.forms.bodies import NO_SUCH_FIELD, Faults, as_form_data, faults_of, type_faults
from projects.forms.evidence import FilesField
from projects.forms.merging import ATTEMPTS
from projects.forms.questions import PageQuestion
from projects.models import User
from projects.models.versions import with_version
from projects.rules.broken import Overtaken, RuleBroken

BUSY = "很多人正在修改这条记录，请稍后再提交。"
MOVED_ON = "这条记录刚刚被别人改过，什么都没有写入；请重新读取，核对后带新的版本再提交。"
NO_OBJECT = "请求的内容应为一个 JSON 对象。"
NO_RIGHT = "您的账号不能新建这种记录。"
MAY_NOT = "您的账号不能这样修改这条记录，或者它的状态已经变了。"


class Endpoint(ConditionalReads):
    """What all endpoints of records share; `resource` is set by `urls_of`."""

    permission_classes = [ReadsFigures]
    resource: Resource[Any]

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def answer(self, record: Model, *, status: int = 200) -> Response:
        """The record as it stands now, read by the rights of the reader."""
        found: Any = record
        if record.pk is None:  # of a place in which nothing was ever written
            found.version = None
        else:
            found = self._loaded(self.resource.readable(self.user)).get(pk=record.pk)
        if self.resource.on_read is not None:
            self.resource.on_read(self.request, found)
        return with_etag(Response(self.resource.payload(found).data, status=status), found.version)

    def _loaded(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return with_version(self.resource.shown(rows))

    def body(self) -> Mapping[str, Any]:
        try:
            body = self.request.data
        except (ParseError, RecursionError):
            body = None
        if not isinstance(body, Mapping):
            raise Faulty({WHOLE: [NO_OBJECT]})
        if isinstance(body, QueryDict):  # with files
            return {name: value for name, value in body.dict().items() if name not in self.request.FILES}
        return body

    def judged(self, act: Act[Any], record: Model, said: Mapping[str, Any]) -> forms.BaseForm:
        """The valid form of an act, its files judged, before any lock is taken; Faulty for what it refuses."""
        if not act.may(self.user, record):
            raise PermissionDenied(MAY_NOT)
        form = act.form(self.form_data(said, act.fields()), self.request.FILES, record, self.user)
        if not form.is_valid():
            raise Faulty(faults_of(form))
        for name, field in form.fields.items():
            if isinstance(field, FilesField):
                form.cleaned_data[name] = _judged_files(name, form.cleaned_data[name])
        return form

    def form_data(self, said: Mapping[str, Any], fields: Fields) -> QueryDict:
        """What was sent as a browser would send it; a body with files has nothing but texts."""
        plain = {name: field for name, field in fields.items() if not isinstance(field, FilesField)}
        if not isinstance(self.request.data, QueryDict):
            if faults := type_faults(said, plain):
                raise Faulty(faults)
            return as_form_data(said, plain)
        if strange := {name: [NO_SUCH_FIELD] for name in sorted(set(said) - set(plain))}:
            raise Faulty(strange)
        data = QueryDict(mutable=True)
        data.update(said)
        return data


def _judged_files(name: str, files: Any) -> list[Judged]:
    try:
        return judge_all(files or [])
    except RuleBroken as broken:
        raise Faulty({name: [str(broken)]}) from broken


class ListView(Endpoint):
    def get(self, request: Request) -> Response:
        question = self.resource.question(request.query_params, self.user)
        sizes = PageQuestion({SIZE: request.query_params.get(SIZE, "")})
        allowed = {parameter.name for parameter in (*self.resource.parameters, *CURSOR_PARAMETERS)}
        faults: Faults = {name: [NO_CONDITION] for name in sorted(set(request.query_params) - allowed)}
        if faults := faults | faults_of(question.form) | faults_of(sizes):
            raise Faulty(faults, FAULTY_QUESTION)
        pages = RecordCursor()
        found = pages.get_page(self._loaded(question.qs), request, self)
        shown = self.resource.payload(found, many=True, context={"masks_phones": True}).data
        answer = pages.get_paginated_response(shown)
        mark_export(answer, Export(f"接口：{self.resource.title}", len(found)))
        return answer

    @idempotent
    def post(self, request: Request) -> Response:
        creation: Creation[Any] | None = self.resource.creation
        assert creation is not None  # `urls_of` offers POST where there is one
        if not creation.may(self.user):
            raise PermissionDenied(NO_RIGHT)
        body = self.body()
        about = {name: value for name, value in body.items() if name in creation.subject.base_fields}
        subject = creation.subject(self.form_data(about, creation.subject.base_fields))
        rest = {name: value for name, value in body.items() if name not in about}
        if not subject.is_valid():
            raise Faulty(faults_of(subject))
        record = creation.start(self.user, subject.cleaned_data)
        form = self.judged(creation.act, record, rest)
        answer = self.answer(creation.act.run(record, form, self.user), status=201)
        answer["Location"] = self.resource_address(answer.data)
        return answer

    def resource_address(self, shown: Mapping[str, Any]) -> str:
        return reverse(f"api_{self.resource.name}_one", args=[shown["id"]])


class RecordView(Endpoint):
    def get(self, request: Request, **route: Any) -> Response:
        return self.answer(self.resource.find(self.user, **route))

    @idempotent
    def patch(self, request: Request, /, **route: Any) -> Response:
        change: Change[Any] | None = self.resource.change
        assert change is not None  # `urls_of` offers PATCH where there is one
        record = self.resource.find(self.user, **route)
        if not change.may(self.user, record):
            raise PermissionDenied(f"您的账号不能修改这个{record._meta.verbose_name}。")
        body = self.body()
        version = version_sent(request, body)
        said = {name: value for name, value in body.items() if name != VERSION}
        for _ in range(ATTEMPTS):
            current = newest_number(record)
            record = self.resource.find(self.user, **route)
            if self._amended(change, record, said, version, current):
                return self.answer(self.resource.find(self.user, **route))
        raise collided(Collision(BUSY, [], current))

    def _amended(
        self,
        change: Change[Any],
        record: Model,
        said: Mapping[str, Any],
        version: int | None,
        current: int | None,
    ) -> bool:
        """Whether the change was written; False where somebody else was faster."""
        amendment = Amendment(
            said, record, lambda data: change.make(record, self.user, data), version=version, current=current
        )
        if amendment.faults:
            raise Faulty(amendment.faults)
        if amendment.conflict:
            raise collided(Collision.of(amendment, current))
        try:
            with transaction.atomic():
                change.lock(record)
                if newest_number(record) != current:
                    return False
                change.keep(record, amendment.form, self.user)
        except Overtaken:
            return False
        return True


class ActView(Endpoint):
    act: Act[Any]

    @idempotent
    def post(self, request: Request, /, **route: Any) -> Response:
        record = self.resource.find(self.user, **route)
        if not self.act.may(self.user, record):
            raise PermissionDenied(MAY_NOT)
        body = self.body()
        version = version_sent(request, body)
        said = {name: value for name, value in body.items() if name != VERSION}
        form = self.judged(self.act, record, said)
        with transaction.atomic():
            self.resource.lock(record)
            if (current := newest_number(record)) != version:
                raise collided(Collision(MOVED_ON, [], current))
            done = self.act.run(self.resource.find(self.user, **route), form, self.user)
            return Response(status=204) if self.act.ends else self.answer(done)
