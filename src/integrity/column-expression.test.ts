import { expect, test } from "vitest";
import { columnExpression } from "./column-expression.ts";

test.each([
  ["int4", 't."c"'],
  ["text", 't."c"'],
  ["int8", 'int8send(t."c")'],
  ["numeric", 'numeric_send(t."c")'],
  ["jsonb", 't."c"::text'],
  ["", 't."c"::text'],
])("a column of type %s goes into the hash as %s", (type, expression) => {
  expect(columnExpression({ name: "c", type, collatesUnequal: false })).toBe(expression);
});

test("a text whose collation calls different texts equal goes in as bytes", () => {
  expect(columnExpression({ name: "c", type: "text", collatesUnequal: true })).toContain("convert_to");
});

test("a column's name can hold a quotation mark", () => {
  expect(columnExpression({ name: 'a"b', type: "int4", collatesUnequal: false })).toBe('t."a""b"');
});
