import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

const API = 'apps/api-bun/src/';
const WEB = 'apps/web/';
const CONTRACTS = 'packages/contracts/';

const GROUND = ['media', 'transcription', 'summarization', 'database'];
const MIDDLE = ['queue', 'search', 'destinations', 'stages'];

/**
 * What each layer of the API may import of the others; neighbours of one layer do not know each other. Contracts and
 * config are open to all. `entry` is where processes begin: cli/ and the files of src itself.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  queue: ['database'],
  search: ['summarization', 'database'],
  stages: ['media', 'transcription', 'summarization'],
  application: [...MIDDLE, ...GROUND],
  http: ['application', ...MIDDLE, ...GROUND],
  entry: ['http', 'application', ...MIDDLE, ...GROUND],
};

interface Import {
  specifier: string;
  typeOnly: boolean;
}

/** The sentences that say which rules a source file breaks; `path` is relative to the repository's root. */
export function violations(path: string, source: string): string[] {
  const tree = parse(path, source);
  const imports = importsOf(tree);
  if (path.startsWith(CONTRACTS)) return isTest(path) ? [] : contractsViolations(path, imports);
  if (path.startsWith(WEB)) return webViolations(path, imports);
  if (!path.startsWith(API) || isTest(path)) return [];
  return [
    ...imports.flatMap((one) => layerViolations(path, one)),
    ...environmentViolations(path, tree),
    ...sqlViolations(path, tree),
  ];
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

function contractsViolations(path: string, imports: Import[]): string[] {
  return imports
    .filter(
      ({ specifier }) => /^(node:|bun\b)/.test(specifier) || !(resolve(path, specifier)?.startsWith(CONTRACTS) ?? true),
    )
    .map(({ specifier }) => `${path} imports ${specifier}: the contracts do no I/O and import nothing of ours`);
}

function webViolations(path: string, imports: Import[]): string[] {
  return imports.flatMap(({ specifier, typeOnly }) => {
    const isAppType = specifier === '@destila/api-bun/app-type';
    if (isAppType && !typeOnly)
      return [`${path} imports ${specifier} as a value: of the API, the web takes its type alone (import type)`];
    const isOutside = specifier.startsWith('@destila/api-bun') || !(resolve(path, specifier)?.startsWith(WEB) ?? true);
    return isOutside && !isAppType
      ? [`${path} imports ${specifier}: the web imports the contracts, and of the API its app-type alone`]
      : [];
  });
}

function layerViolations(path: string, { specifier }: Import): string[] {
  if (specifier.startsWith('@destila/web')) return [`${path} imports ${specifier}: the API does not know the web`];
  const target = resolve(path, specifier);
  if (target === null) return [];
  if (!target.startsWith(API))
    return [`${path} imports ${specifier}: the API reaches other workspaces by name, and tests never`];
  const [from, to] = [layerOf(path), layerOf(target)];
  if (from === to || to === 'config' || MAY_IMPORT[from]?.includes(to)) return [];
  return [`${path} imports ${specifier}: ${from} may not import ${to} (see ARCHITECTURE.md)`];
}

function environmentViolations(path: string, tree: ts.SourceFile): string[] {
  if (path === `${API}config.ts`) return [];
  return nodesOf(tree)
    .filter(
      (node) => ts.isPropertyAccessExpression(node) && /^(process|Bun|import\.meta)\.env$/.test(node.getText(tree)),
    )
    .map(() => `${path} reads the environment: only config.ts does`);
}

const SQL =
  /^\s*(select\s[\s\S]*\sfrom\s|select\s+[\w.]+\s*\(|insert\s+into\s|update\s+[\w."]+\s[\s\S]*\bset\s|delete\s+from\s|with\s+(recursive\s+)?\w+\s+as\s|(create|alter|drop)\s+(table|index|function|schema|view|type|role)\s)/i;

function sqlViolations(path: string, tree: ts.SourceFile): string[] {
  if (['queue', 'database'].includes(layerOf(path))) return [];
  return nodesOf(tree)
    .filter((node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))
    .filter((node) => SQL.test(node.getText(tree).slice(1, -1)))
    .map((node) => `${path} holds SQL (${node.getText(tree).slice(1, 40).trim()} …): it lives in queue/ and database/`);
}

/** `apps/api-bun/src/queue/claim.ts` → `queue`, `apps/api-bun/src/main.ts` → `entry`. */
function layerOf(path: string): string {
  const [folder = '', ...rest] = path.slice(API.length).split('/');
  if (folder === 'config.ts') return 'config';
  return rest.length === 0 || folder === 'cli' ? 'entry' : folder;
}

/** A relative specifier as a path from the root; null for a package. */
function resolve(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? join(dirname(path), specifier) : null;
}

function parse(path: string, source: string): ts.SourceFile {
  const code = path.endsWith('.astro') ? astroScripts(source) : source;
  return ts.createSourceFile(
    path,
    code,
    ts.ScriptTarget.Latest,
    true,
    path.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.TSX,
  );
}

function astroScripts(source: string): string {
  const frontMatter = source.match(/^\s*---\n([\s\S]*?)\n---/)?.[1] ?? '';
  const scripts = [...source.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]);
  return [frontMatter, ...scripts].join('\n');
}

function nodesOf(root: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node) => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** Every way to import or re-export, types and dynamic imports with it. */
function importsOf(tree: ts.SourceFile): Import[] {
  return nodesOf(tree).flatMap((node) => {
    if (ts.isImportDeclaration(node)) return asImport(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    if (ts.isExportDeclaration(node)) return asImport(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return asImport(node.argument.literal, true);
    const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    return isDynamic ? asImport(node.arguments[0], false) : [];
  });
}

function asImport(specifier: ts.Node | undefined, typeOnly: boolean): Import[] {
  return specifier && ts.isStringLiteralLike(specifier) ? [{ specifier: specifier.text, typeOnly }] : [];
}
