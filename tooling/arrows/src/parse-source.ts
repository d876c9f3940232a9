import { type ESTree, parseSync, Visitor } from "vite";

/** One import or re-export. */
export interface Import {
  readonly specifier: string;
  /** `import()` with a plain string is dynamic; `import("x").Y` in a type is static, as `import type` is. */
  readonly dynamic: boolean;
}

/** A string that decides something: compared, or a switch's case. */
export interface Comparison {
  readonly literal: string;
  /** The source text of the other side. */
  readonly operand: string;
}

/** What the rules ask of one file. */
export interface SourceFacts {
  readonly imports: readonly Import[];
  readonly comparisons: readonly Comparison[];
  /** Every string in code and in types, and every property's name that is written out. */
  readonly words: readonly string[];
  readonly readsEnvironment: boolean;
  readonly hasDefaultExport: boolean;
  /** Statements that are not `export { name } from "…"`; the empty `export {}` counts for nothing. */
  readonly statementsBeyondDoor: number;
}

export function parseSource(path: string, text: string): SourceFacts {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);

  const imports: Import[] = [];
  const comparisons: Comparison[] = [];
  const words: string[] = [];
  let readsEnvironment = false;
  let hasDefaultExport = false;

  const imported = (source: ESTree.Node | null, dynamic: boolean) => {
    const specifier = source === null ? undefined : stringOf(source);
    if (specifier !== undefined) imports.push({ specifier, dynamic });
  };
  const compared = (literal: ESTree.Node | null, other: ESTree.Node) => {
    const value = literal === null ? undefined : stringOf(literal);
    if (value !== undefined) comparisons.push({ literal: value, operand: text.slice(other.start, other.end) });
  };

  new Visitor({
    ImportDeclaration: (node) => {
      imported(node.source, false);
      if (isProcess(node.source) && node.specifiers.some(namesEnvironment)) readsEnvironment = true;
    },
    ExportNamedDeclaration: (node) => {
      imported(node.source, false);
    },
    ExportAllDeclaration: (node) => {
      imported(node.source, false);
    },
    ExportDefaultDeclaration: () => {
      hasDefaultExport = true;
    },
    ImportExpression: (node) => {
      imported(node.source, true);
    },
    TSImportType: (node) => {
      imported(node.source, false);
    },
    BinaryExpression: (node) => {
      if (!/^[!=]==?$/.test(node.operator)) return;
      compared(node.left, node.right);
      compared(node.right, node.left);
    },
    SwitchStatement: (node) => {
      for (const { test } of node.cases) compared(test, node.discriminant);
    },
    MemberExpression: (node) => {
      if (/^(globalThis\.)?process\.env$/.test(text.slice(node.start, node.end))) readsEnvironment = true;
    },
    Literal: (node) => {
      if (typeof node.value === "string") words.push(node.value);
    },
    TemplateElement: (node) => {
      words.push(node.value.raw);
    },
    Property: (node) => {
      if (!node.computed && node.key.type === "Identifier") words.push(node.key.name);
    },
  }).visit(program);

  const statementsBeyondDoor = program.body.filter((node) => !isNamedReExport(node)).length;
  return { imports, comparisons, words, readsEnvironment, hasDefaultExport, statementsBeyondDoor };
}

function stringOf(node: ESTree.Node): string | undefined {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type !== "TemplateLiteral" || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.raw;
}

function isProcess(source: ESTree.StringLiteral): boolean {
  return source.value === "node:process" || source.value === "process";
}

function namesEnvironment(specifier: ESTree.ImportDeclaration["specifiers"][number]): boolean {
  return (
    specifier.type === "ImportSpecifier" &&
    specifier.imported.type === "Identifier" &&
    specifier.imported.name === "env"
  );
}

function isNamedReExport(node: ESTree.Node): boolean {
  return node.type === "ExportNamedDeclaration" && (node.source !== null || isEmptyExport(node));
}

function isEmptyExport(node: ESTree.ExportNamedDeclaration): boolean {
  return node.declaration === null && node.specifiers.length === 0;
}
