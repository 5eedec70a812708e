import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type MediaSite, startMediaSite } from './media-site.ts';

/**
 * A releases page of GitHub's and Hugging Face in one: both answer for a file with a redirect to another host, which is a media site
 * here and serves as well or as badly as that can.
 *
 * | path                                         | goes to                                    |
 * | -------------------------------------------- | ------------------------------------------ |
 * | `/releases/latest/download/<asset>`          | `/releases/download/<latest tag>/<asset>`  |
 * | `/releases/download/<tag>/<asset>`           | the file, at the other host                |
 * | `/<owner>/<repository>/resolve/<rev>/<file>` | the file, at the other host                |
 */
export interface ReleaseMirror extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; the releases are at `/releases` below it. */
  readonly url: string;
  /** How files are served from now on: one of the media site's manners, such as `slow`; null for well. */
  manner: string | null;
  /** What every request is answered with instead, such as 503. */
  status: number | null;
  /** Requests for the file of that name at the host that has it, in order. */
  downloads(name: string): MediaSite['requests'];
  /** Puts a file at a path below `url`. */
  put(path: string, content: string | Uint8Array): Promise<void>;
  /** Makes a release the latest one, with the list of its checksums; `sums` lies about some. */
  release(tag: string, assets: Record<string, string | Uint8Array>, sums?: Record<string, string>): Promise<void>;
}

export async function startReleaseMirror(): Promise<ReleaseMirror> {
  const root = await mkdtemp(join(tmpdir(), 'release-mirror-'));
  const files = await startMediaSite({ root });
  let latest = '';

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      if (mirror.status !== null)
        return new Response('no', { status: mirror.status, headers: { 'retry-after': '90' } });
      const { pathname } = new URL(request.url);
      const asset = pathname.match(/^\/releases\/latest\/download\/(.+)$/)?.[1];
      if (asset) return redirect(`/releases/download/${latest}/${asset}`);
      // By another name, so that it is another origin; and signed, as both of them do.
      const manner = mirror.manner && !pathname.endsWith('SUMS') ? `/${mirror.manner}` : '';
      return redirect(`http://localhost:${files.port}${manner}${pathname}?signature=0123`);
    },
  });

  const mirror: ReleaseMirror = {
    url: `http://127.0.0.1:${server.port}`,
    manner: null,
    status: null,
    downloads: (name) => files.requests.filter(({ path }) => path.split('?')[0]?.endsWith(`/${name}`)),
    async put(path, content) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await Bun.write(join(root, path), content);
    },
    async release(tag, assets, sums = {}) {
      const lines = Object.entries(assets).map(([name, content]) => `${sums[name] ?? sha256(content)}  ${name}\n`);
      await mirror.put(`releases/download/${tag}/SHA2-256SUMS`, lines.join(''));
      for (const [name, content] of Object.entries(assets))
        await mirror.put(`releases/download/${tag}/${name}`, content);
      latest = tag;
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      await files.close();
      await rm(root, { recursive: true });
    },
  };
  return mirror;
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

export function sha256(content: string | Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(content).digest('hex');
}
