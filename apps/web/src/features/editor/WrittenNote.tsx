import './note-editor.css';
import { type MarkdownBlock, type MarkdownInline, parseMarkdown } from '@destila/contracts';
import { memo, type ReactNode } from 'react';

/**
 * A note to read. It looks as it will in the editor, down to the pixel: it stands in for it while it loads, and while the
 * note is still being written.
 */
export const WrittenNote = memo(function WrittenNote({ markdown }: { markdown: string }) {
  return (
    <div className="note-editor">
      <div className="milkdown">
        <div className="ProseMirror editor">{parseMarkdown(markdown).children.map(block)}</div>
      </div>
    </div>
  );
});

function block(node: MarkdownBlock): ReactNode {
  const key = placeOf(node);
  switch (node.type) {
    case 'heading': {
      const Heading = HEADINGS[node.depth - 1] ?? 'h6';
      return <Heading key={key}>{node.children.map(inline)}</Heading>;
    }
    case 'paragraph':
      return <p key={key}>{node.children.map(inline)}</p>;
    case 'blockquote':
      return <blockquote key={key}>{node.children.map(block)}</blockquote>;
    case 'list':
      return <List key={key} node={node} />;
    case 'code':
      return (
        <pre key={key}>
          <code>{node.value}</code>
        </pre>
      );
    case 'thematicBreak':
      return <hr key={key} />;
    case 'table':
      return <Table key={key} node={node} />;
    default:
      return 'value' in node ? <p key={key}>{node.value}</p> : null;
  }
}

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5'] as const;

type Block<Type> = Extract<MarkdownBlock, { type: Type }>;

/** As the editor lays its lists out: the mark is an element of its own. */
function List({ node }: { node: Block<'list'> }) {
  const items = node.children.map((item, index) => (
    <div key={placeOf(item)} className="milkdown-list-item-block">
      <li className="list-item">
        <div className="label-wrapper">
          <Mark checked={item.checked} number={node.ordered ? (node.start ?? 1) + index : null} />
        </div>
        <div className="children">{item.children.map(block)}</div>
      </li>
    </div>
  ));
  return node.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function Mark({ checked, number }: { checked: boolean | null | undefined; number: number | null }) {
  if (typeof checked === 'boolean') {
    return <input type="checkbox" checked={checked} readOnly tabIndex={-1} className="size-4.5 accent-accent" />;
  }
  if (number !== null) return <span className="milkdown-icon label">{number}.</span>;
  return (
    <span className="milkdown-icon label">
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <circle cx="12" cy="12" r="3" />
      </svg>
    </span>
  );
}

function Table({ node }: { node: Block<'table'> }) {
  const [head, ...rows] = node.children;
  return (
    <table>
      <thead>
        <tr>
          {head?.children.map((cell) => (
            <th key={placeOf(cell)}>{cell.children.map(inline)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={placeOf(row)}>
            {row.children.map((cell) => (
              <td key={placeOf(cell)}>{cell.children.map(inline)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function inline(node: MarkdownInline): ReactNode {
  const key = placeOf(node);
  switch (node.type) {
    case 'strong':
      return <strong key={key}>{node.children.map(inline)}</strong>;
    case 'emphasis':
      return <em key={key}>{node.children.map(inline)}</em>;
    case 'delete':
      return <del key={key}>{node.children.map(inline)}</del>;
    case 'link':
      return (
        <a
          key={key}
          href={/^(https?:|\/)/.test(node.url) ? node.url : undefined}
          target="_blank"
          rel="noopener noreferrer"
        >
          {node.children.map(inline)}
        </a>
      );
    case 'inlineCode':
      return <code key={key}>{node.value}</code>;
    case 'break':
      return <br key={key} />;
    default:
      if ('value' in node) return node.value;
      return 'children' in node ? node.children.map(inline) : null;
  }
}

function placeOf(node: { position?: { start: { offset?: number | undefined } } | undefined }): number {
  return node.position?.start.offset ?? 0;
}
