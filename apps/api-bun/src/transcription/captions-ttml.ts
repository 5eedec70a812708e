import { parseXml, XmlElement, type XmlNode, XmlText } from '@rgrove/parse-xml';
import { type Cue, LAST_SECOND, type Piece } from './captions-cue.ts';
import { readClock, type TtmlClock } from './captions-ttml-time.ts';

/**
 * Reads TTML (W3C, also called DFXP and, in its profiles, IMSC and EBU-TT): the paragraphs that have a time, and in them
 * spans with times of their own. The parser knows no entities but XML's five, and opens no address.
 */
export function readTtml(text: string): Cue[] {
  const root = parseTree(text);
  if (!root) return [];
  const document = { clock: readClock((name) => attribute(root, name)), agents: readAgents(root), cues: [] };
  readElement(document, root, { start: undefined, end: undefined, speaker: undefined });
  return document.cues;
}

interface Document {
  clock: TtmlClock;
  /** Who speaks, by `xml:id`. */
  agents: Map<string, string>;
  cues: Cue[];
}

/** What an element hands down to those inside it. */
interface Scope {
  /** Seconds; undefined until an element has a time. */
  start: number | undefined;
  end: number | undefined;
  speaker: string | undefined;
}

/** Deeper than any document nests; what reads itself into elements must not exhaust the stack. */
const DEEPEST = 100;
const NOT_SHOWN = new Set(['head', 'metadata', 'title', 'desc', 'copyright', 'agent', 'name', 'actor']);

function parseTree(text: string): XmlElement | null {
  try {
    const xml = text.replace(/(?![\t\n\r])\p{Cc}/gu, '').trimStart();
    return parseXml(xml, { ignoreUndefinedEntities: true, resolveUndefinedEntity }).root;
  } catch {
    // What is no XML, or nests so deep that it exhausts the stack, has no captions.
    return null;
  }
}

/** The one entity of HTML that files in the wild use without declaring it. */
function resolveUndefinedEntity(entity: string): string | null {
  return entity === '&nbsp;' ? ' ' : null;
}

function readElement(document: Document, element: XmlElement, outer: Scope, depth = 0): void {
  const name = localName(element.name);
  if (NOT_SHOWN.has(name) || depth > DEEPEST) return;
  const scope = scopeOf(document, element, outer);
  if (scope.start !== undefined && isCue(document, element)) {
    const pieces = element.children.flatMap((child) => readPieces(document, child, { ...scope, at: undefined }, depth));
    document.cues.push({ start: scope.start, end: scope.end, pieces });
    return;
  }
  for (const child of element.children) {
    if (child instanceof XmlElement) readElement(document, child, scope, depth + 1);
  }
}

/** What has a readable beginning of its own, and a paragraph that only the elements around it give a time. */
function isCue({ clock }: Document, element: XmlElement): boolean {
  const name = localName(element.name);
  const begin = attribute(element, 'begin');
  if (begin !== undefined) return (name === 'p' || name === 'span') && clock(begin) !== undefined;
  return name === 'p' && !childrenOf(element, 'span').some((span) => attribute(span, 'begin') !== undefined);
}

/** Times count from those of the element around. */
function scopeOf({ clock, agents }: Document, element: XmlElement, outer: Scope): Scope {
  const time = (name: string) => clock(attribute(element, name) ?? '');
  const [begin, end, duration] = [time('begin'), time('end'), time('dur')];
  const base = outer.start ?? 0;
  const start = begin === undefined ? outer.start : Math.min(LAST_SECOND, base + begin);
  const ends = [
    ...(outer.end === undefined ? [] : [outer.end]),
    ...(end === undefined ? [] : [base + end]),
    ...(duration === undefined ? [] : [base + (begin ?? 0) + duration]),
  ];
  const agent = attribute(element, 'agent')?.trim().split(/\s+/)[0] ?? '';
  return {
    start,
    end: ends.length > 0 ? Math.min(LAST_SECOND, ...ends) : undefined,
    speaker: agents.get(agent) ?? outer.speaker,
  };
}

function readPieces(document: Document, node: XmlNode, outer: Scope & Pick<Piece, 'at'>, depth: number): Piece[] {
  if (node instanceof XmlText) return [{ text: node.text.replace(/\s+/g, ' '), at: outer.at, speaker: outer.speaker }];
  if (!(node instanceof XmlElement) || depth > DEEPEST) return [];
  const name = localName(node.name);
  if (name === 'br') return [{ text: '\n' }];
  if (NOT_SHOWN.has(name)) return [];
  const scope = scopeOf(document, node, outer);
  const at = scope.start === outer.start ? outer.at : scope.start;
  const pieces = node.children.flatMap((child) => readPieces(document, child, { ...scope, at }, depth + 1));
  return scope.speaker === outer.speaker ? pieces : [{ text: '\n' }, ...pieces, { text: '\n' }];
}

/** `<ttm:agent xml:id="a1" type="person"><ttm:name type="full">Ana</ttm:name></ttm:agent>`, in the head. */
function readAgents(root: XmlElement): Map<string, string> {
  const heads = childrenOf(root, 'head');
  const agents = [...heads, ...heads.flatMap((head) => childrenOf(head, 'metadata'))];
  return new Map(
    agents
      .flatMap((element) => childrenOf(element, 'agent'))
      .map((agent) => [attribute(agent, 'id') ?? '', childrenOf(agent, 'name').map(ownText).join(' ')]),
  );
}

function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children
    .filter((child) => child instanceof XmlElement)
    .filter((child) => localName(child.name) === name);
}

function ownText(element: XmlElement): string {
  return element.children.map((child) => (child instanceof XmlText ? child.text : '')).join('');
}

/** Whatever prefix the document gave the namespaces of TTML. */
function attribute(element: XmlElement, name: string): string | undefined {
  return Object.entries(element.attributes).find(([key]) => localName(key) === name)?.[1];
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
