"""The addresses of a description, and its part of the OpenAPI document."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser

from projects.api.conditional import IF_NONE_MATCH, NOT_MODIFIED
from projects.api.idempotency import IDEMPOTENCY_HEADER
from projects.api.paging import CURSOR_PARAMETERS
from projects.api.refusals import REFUSALS, WRITE_REFUSALS
from projects.api.resources.conflicts import CONFLICTS
from projects.api.resources.describing import Act, Fields, Resource
from projects.api.resources.schema import body_schema
from projects.api.resources.views import ActView, Endpoint, ListView, RecordView
from projects.api.versions import ETAG_HEADER, IF_MATCH_HEADER

OF_LIST = "按编号先后；条件与页面相同，只有您能看到的。"
OF_ONE = "一条记录；ETag 里有它的版本，修改时放进 If-Match 送回，再读时放进 If-None-Match。"
OF_CHANGE = (
    "只写要改的字段，与页面同一套校验。别人只改了别的字段时双方的改动都保留；"
    "同一字段双方都改过时返回 409，什么都不写入。"
)
OF_CREATION = "与页面同一套校验和权限；写入历史，并注明经接口密钥。"
OF_ACT = "按读取时的版本办理：之后被别人改过的返回 409，什么都不写入。与页面同一套校验和权限。"


def urls_of(
    resource: Resource[Any],
    *,
    list_view: type[ListView] = ListView,
    record_view: type[RecordView] = RecordView,
) -> list[URLPattern]:
    """The addresses of a description, each with its part of the OpenAPI document."""
    name = resource.name
    urls = [path(resource.address, _record_view(resource, record_view), name=f"api_{name}_one")]
    if resource.has_list:
        urls.insert(0, path(f"{name}/", _list_view(resource, list_view), name=f"api_{name}"))
    for act in resource.acts:
        urls.append(
            path(f"{resource.address}{act.code}/", _act_view(resource, act), name=f"api_{name}_{act.code}")
        )
    return urls


type AsView = Callable[..., Any]


def _list_view(resource: Resource[Any], base: type[ListView]) -> AsView:
    methods = {"get": _documented_list(resource)}
    parsers: list[type[BaseParser]] = [JSONParser]
    if (creation := resource.creation) is not None:
        fields = {**creation.subject.base_fields, **creation.act.fields()}
        methods["post"] = _documented(resource, creation.act, fields, status=201)
        parsers = _parsers(creation.act)
    return _view(base, methods, resource=resource, parser_classes=parsers)


def _record_view(resource: Resource[Any], base: type[RecordView]) -> AsView:
    named = f"{resource.name}_one"
    methods = {
        "get": extend_schema(
            operation_id=named,
            summary=f"{resource.title}：一条",
            description=OF_ONE,
            responses={200: resource.payload, **NOT_MODIFIED, **REFUSALS},
            parameters=[IF_NONE_MATCH, ETAG_HEADER],
            tags=[resource.title],
        )
    }
    if (change := resource.change) is not None:
        fields = change.fields()
        reasons = [name for name in ("reason",) if name in fields and fields[name].required]
        methods["patch"] = extend_schema(
            operation_id=f"{resource.name}_amend",
            summary=f"{resource.title}：修改",
            description=OF_CHANGE,
            request={"application/json": body_schema(fields, required=reasons, has_version=True)},
            responses={200: resource.payload, **CONFLICTS, **WRITE_REFUSALS},
            parameters=[IF_MATCH_HEADER, IDEMPOTENCY_HEADER, ETAG_HEADER],
            tags=[resource.title],
        )
    return _view(base, methods, resource=resource)


def _act_view(resource: Resource[Any], act: Act[Any]) -> AsView:
    methods = {"post": _documented(resource, act, act.fields(), status=204 if act.ends else 200)}
    return _view(ActView, methods, resource=resource, act=act, parser_classes=_parsers(act))


def _documented_list(resource: Resource[Any]) -> Any:
    return extend_schema(
        operation_id=resource.name,
        summary=f"{resource.title}：清单",
        description=OF_LIST,
        parameters=[*resource.parameters, *CURSOR_PARAMETERS, IF_NONE_MATCH],
        responses={200: _page_of(resource), **NOT_MODIFIED, **REFUSALS},
        tags=[resource.title],
    )


def _page_of(resource: Resource[Any]) -> Any:
    """A page of a list, as a serializer."""
    if resource.page_payload is not None:
        return resource.page_payload
    return inline_serializer(
        f"{resource.payload.__name__.removesuffix('Payload')}PagePayload",
        {
            "next": serializers.URLField(allow_null=True, help_text="下一页的地址"),
            "previous": serializers.URLField(allow_null=True, help_text="上一页的地址"),
            "results": resource.payload(many=True),
        },
    )


def _documented(resource: Resource[Any], act: Act[Any], fields: Fields, *, status: int) -> Any:
    is_new = status == 201
    return extend_schema(
        operation_id=f"{resource.name}_{act.code}",
        summary=f"{resource.title}：{act.title}",
        description=OF_CREATION if is_new else OF_ACT,
        request=_bodies(act, fields, is_new=is_new),
        responses={
            status: None if act.ends else resource.payload,
            **({} if is_new else CONFLICTS),
            **WRITE_REFUSALS,
        },
        parameters=[
            *(() if is_new else (IF_MATCH_HEADER,)),
            IDEMPOTENCY_HEADER,
            *(() if act.ends else (ETAG_HEADER,)),
        ],
        tags=[resource.title],
    )


def _bodies(act: Act[Any], fields: Fields, *, is_new: bool) -> dict[str, Any]:
    """By media type the schema of the body: with files, without them, or either."""
    bodies = {}
    if not act.needs_files:
        plain = {name: field for name, field in fields.items() if name not in act.files}
        bodies["application/json"] = body_schema(plain, has_version=not is_new)
    if act.files:
        bodies["multipart/form-data"] = body_schema(fields)
    return bodies


def _parsers(act: Act[Any]) -> list[type[BaseParser]]:
    with_files: list[type[BaseParser]] = [MultiPartParser] if act.files else []
    return with_files if act.needs_files else [JSONParser, *with_files]


def _view(base: type[Endpoint], methods: Mapping[str, Any], **said: Any) -> AsView:
    said["http_method_names"] = [*methods, "head", "options"] if "get" in methods else [*methods, "options"]
    view = type(base.__name__, (base,), said)
    return cast(AsView, cast(Any, extend_schema_view(**methods)(view)).as_view())
