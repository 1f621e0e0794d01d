"""An example of each answer in the OpenAPI document, made of the answer's own schema."""

from typing import Any

type Schema = dict[str, Any]

OF_FORMAT = {
    "date": "2026-09-30",
    "date-time": "2026-09-30T09:00:00+08:00",
    "uri": "https://register.example/api/v1/projects/",
    "decimal": "31.950000",
    "uuid": "6f1f7f0e-3a52-4c2e-9a51-0f5d7b0a2c11",
}
OF_TYPE = {"integer": 1, "number": 1.0, "boolean": False, "string": "示例"}
JSON = "application/json"


def add_examples(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """A hook of drf-spectacular, called with the whole document; it returns the document."""
    components = result.get("components", {}).get("schemas", {})
    for item in result["paths"].values():
        for operation in item.values():
            for status, answer in operation.get("responses", {}).items():
                content = answer.get("content", {}).get(JSON)
                if content and status.startswith("2") and "example" not in content:
                    content["example"] = example_of(content["schema"], components)
    return result


def example_of(schema: Schema, components: Schema) -> Any:
    """A value that the schema allows."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components)
    for name in ("example", "default"):
        if name in schema:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    for name in ("allOf", "oneOf", "anyOf"):
        if schema.get(name):
            return example_of(schema[name][0], components)
    if schema.get("type") == "array":
        return [example_of(schema["items"], components)] * max(1, schema.get("minItems", 1))
    if schema.get("type") == "object" or "properties" in schema:
        return {name: example_of(each, components) for name, each in schema.get("properties", {}).items()}
    return _plain(schema)


def _plain(schema: Schema) -> Any:
    """Of a text or a number, with its shortest and least."""
    value = OF_FORMAT.get(schema.get("format", ""), OF_TYPE.get(schema.get("type", ""), {}))
    if isinstance(value, str):
        return value[: schema.get("maxLength", len(value))]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return max(value, schema.get("minimum", value))
    return value
