/** What one slide says: the part it belongs to, the fact of its sentence, and the scene drawn beside it. */
export interface Slide {
  /** Part by part, from 1. */
  part: { number: number; count: number; title: string };
  fact: string;
  caption: string;
  scene: string;
}

export const SLIDE_SIZE = { width: 1280, height: 720 } as const;

/** A page of HTML, 1280×720, whose lower 100 pixels are left to the subtitles. @throws {Error} for a scene nobody drew. */
export function drawSlide({ part, fact, caption, scene }: Slide): string {
  const draw = SCENES[scene];
  if (!draw) throw new Error(`There is no scene called ${scene}`);
  const dots = Array.from({ length: part.count }, (_, index) => `<i class="${index < part.number ? 'on' : ''}"></i>`);
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>
<header><span>${part.title}</span><nav>${dots.join('')}</nav></header>
<main><h1>${fact}</h1><p>${caption}</p></main>
<svg viewBox="0 0 760 560" width="760" height="560">${draw()}</svg>`;
}

const STYLE = `
* { margin: 0; box-sizing: border-box }
body { width: 1280px; height: 720px; overflow: hidden; color: #f4f1e8; font-family: 'Open Sans', 'DejaVu Sans', sans-serif;
  background: radial-gradient(circle at 72% 42%, #1d3f63, #0d2038 55%, #081526) }
header { position: absolute; left: 72px; right: 72px; top: 52px; display: flex; justify-content: space-between;
  align-items: center; font-size: 26px; color: #9fc3e0 }
nav { display: flex; gap: 10px }
i { width: 34px; height: 6px; border-radius: 3px; background: #2a4a6b }
i.on { background: #f2c867 }
main { position: absolute; left: 72px; top: 228px; width: 460px }
h1 { font-size: 62px; line-height: 1.12; letter-spacing: -1px; text-wrap: balance }
p { margin-top: 20px; width: 380px; font-size: 29px; line-height: 1.35; color: #c5d8e8; text-wrap: balance }
svg { position: absolute; left: 496px; top: 84px; font-size: 22px; fill: #c5d8e8; overflow: visible }
text { text-anchor: middle }`;

const SCENES: Record<string, () => string> = {
  shore: () => moon(620, 110, 46) + sea(330, 0.9) + label(620, 190, 'Luna') + upArrow(190, 300),
  orbit: () =>
    ring(200, 290, 400) +
    earth(200, 290, 84) +
    moon(600, 290, 34) +
    measure(200, 600, 400) +
    label(200, 452, 'Tierra') +
    label(600, 452, 'Luna'),
  gravity: () =>
    earth(200, 280, 84) + moon(600, 280, 34) + arrow(300, 280, 380, 280) + arrow(550, 280, 470, 280) + formula(),
  nearBulge: () =>
    water(290, 280, 176, 128, 22) + earth(290, 280, 100) + moon(660, 280, 34) + arrow(482, 280, 590, 280),
  farBulge: () =>
    water(290, 280, 176, 128, 0) +
    earth(290, 280, 100) +
    moon(660, 280, 34) +
    arrow(482, 280, 590, 280) +
    arrow(100, 280, 40, 280),
  rotation: () =>
    water(290, 280, 176, 128, 0) +
    earth(290, 280, 100) +
    moon(660, 280, 34) +
    turn(290, 280, 66) +
    label(290, 90, 'bajamar') +
    label(290, 486, 'bajamar') +
    label(46, 288, 'pleamar') +
    label(540, 288, 'pleamar'),
  tideCurve: () => curve(),
  sun: () =>
    sun(130, 290, 92) + measure(262, 420, 290) + water(520, 290, 96, 78, 0) + earth(520, 290, 62) + moon(690, 290, 24),
  spring: () =>
    sun(130, 290, 80) +
    dashed(250, 720, 290) +
    water(500, 290, 124, 78, 0) +
    earth(500, 290, 62) +
    moon(330, 290, 22) +
    moon(672, 290, 22) +
    label(330, 350, 'nueva') +
    label(672, 350, 'llena'),
  neap: () =>
    sun(130, 290, 80) +
    dashed(250, 400, 290) +
    water(500, 290, 84, 84, 0) +
    earth(500, 290, 62) +
    moon(500, 110, 22) +
    moon(500, 470, 22) +
    label(620, 118, 'creciente') +
    label(626, 478, 'menguante'),
  fundy: () => ranges(1),
  mediterranean: () => ranges(2),
  rance: () => ranges(3),
  brake: () =>
    water(290, 280, 176, 128, -14) + earth(290, 280, 100) + turn(290, 280, 66) + moon(660, 280, 34) + clock(560, 460),
  recession: () =>
    ring(200, 290, 360) + ring(200, 290, 430) + earth(200, 290, 84) + moon(560, 290, 34) + arrow(606, 290, 690, 290),
  laser: () => beam() + earth(140, 400, 110) + moon(600, 150, 74),
};

const DEFINITIONS = `<defs>
<radialGradient id="blue" cx="35%" cy="30%"><stop offset="0" stop-color="#6fb7e9"/><stop offset="1" stop-color="#1c5fa0"/></radialGradient>
<radialGradient id="grey" cx="35%" cy="30%"><stop offset="0" stop-color="#f5f3ec"/><stop offset="1" stop-color="#a6a9ae"/></radialGradient>
<radialGradient id="gold" cx="50%" cy="50%"><stop offset=".6" stop-color="#ffd873"/><stop offset="1" stop-color="#f0a93a"/></radialGradient>
<marker id="tip" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="5" markerHeight="5" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#f2c867"/></marker>
</defs>`;
const LINE = 'fill="none" stroke="#f2c867" stroke-width="5" stroke-linecap="round"';

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}">${text}</text>`;
}

function earth(x: number, y: number, radius: number): string {
  const land = '<path d="M-.7-.4Q-.3-.8.05-.6T.1-.1T-.3.25T-.75-.05zM.2.2Q.6 0 .75.25T.45.7T.15.5z" fill="#79b871"/>';
  return `${DEFINITIONS}<g transform="translate(${x} ${y}) scale(${radius})"><circle r="1" fill="url(#blue)"/>${land}</g>`;
}

function moon(x: number, y: number, radius: number): string {
  const craters = [
    [-0.3, -0.25, 0.2],
    [0.35, 0.1, 0.26],
    [-0.15, 0.45, 0.15],
  ];
  const spots = craters.map(([cx, cy, r]) => `<circle cx="${cx}" cy="${cy}" r="${r}" fill="#8f9298" opacity=".45"/>`);
  return `${DEFINITIONS}<g transform="translate(${x} ${y}) scale(${radius})"><circle r="1" fill="url(#grey)"/>${spots.join('')}</g>`;
}

function sun(x: number, y: number, radius: number): string {
  return `${DEFINITIONS}<circle cx="${x}" cy="${y}" r="${radius * 1.35}" fill="#f0a93a" opacity=".18"/>
<circle cx="${x}" cy="${y}" r="${radius}" fill="url(#gold)"/>`;
}

/** The ocean as it bulges: half-axes in pixels, `shift` moves it towards the Moon, or tilts it when negative (degrees). */
function water(x: number, y: number, rx: number, ry: number, shift: number): string {
  const [dx, tilt] = shift < 0 ? [0, shift] : [shift, 0];
  return `<ellipse cx="${x + dx}" cy="${y}" rx="${rx - dx / 2}" ry="${ry}" transform="rotate(${tilt} ${x} ${y})"
 fill="#58b4e8" fill-opacity=".38" stroke="#8fd3f7" stroke-width="3"/>`;
}

function ring(x: number, y: number, radius: number): string {
  const [from, to] = [-0.62, 0.62].map((angle) => `${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`);
  return `<path d="M${from}A${radius} ${radius} 0 0 1 ${to}" fill="none" stroke="#7d9dbb" stroke-width="2.5" stroke-dasharray="4 10"/>`;
}

function arrow(x1: number, y1: number, x2: number, y2: number): string {
  return `${DEFINITIONS}<path d="M${x1} ${y1}L${x2} ${y2}" ${LINE} marker-end="url(#tip)"/>`;
}

function measure(x1: number, x2: number, y: number): string {
  return `${DEFINITIONS}<path d="M${x1} ${y}H${x2}" ${LINE} marker-start="url(#tip)" marker-end="url(#tip)"/>`;
}

function dashed(x1: number, x2: number, y: number): string {
  return `<path d="M${x1} ${y}H${x2}" stroke="#f2c867" stroke-width="3" stroke-dasharray="2 12" stroke-linecap="round"/>`;
}

function turn(x: number, y: number, radius: number): string {
  return `${DEFINITIONS}<path d="M${x + radius} ${y}A${radius} ${radius} 0 1 0 ${x} ${y + radius}" ${LINE} marker-end="url(#tip)"/>`;
}

function upArrow(x: number, y: number): string {
  return arrow(x, y, x, y - 90) + arrow(x + 70, y - 90, x + 70, y);
}

function sea(level: number, opacity: number): string {
  const wave = (y: number) => `M0 ${y}q47 -26 95 0t95 0t95 0t95 0t95 0t95 0t95 0t95 0V540H0z`;
  return `<g fill="#2f86c4" opacity="${opacity}"><path d="${wave(level + 60)}" opacity=".55"/>
<path d="${wave(level + 100)}" opacity=".7"/><path d="${wave(level + 145)}"/></g>`;
}

function formula(): string {
  return `<text x="400" y="470" font-size="44" fill="#f4f1e8" font-style="italic">F = G · m₁ · m₂ / d²</text>`;
}

function curve(): string {
  const height = (hour: number) => 290 - 130 * Math.cos((hour / 12.42) * 2 * Math.PI);
  const points = Array.from({ length: 101 }, (_, index) => `${60 + index * 6.6} ${height(index / 4).toFixed(1)}`);
  const [first, second] = [60, 60 + 12.42 * 4 * 6.6];
  return `<path d="M60 470H740" stroke="#7d9dbb" stroke-width="2.5"/>
<path d="M${points.join('L')}" fill="none" stroke="#58b4e8" stroke-width="7"/>
${measure(first, second, 120)}${label(60, 505, '0 h')}${label(second, 505, '12 h 25 min')}${label(715, 505, '24 h 50 min')}`;
}

/** The tidal ranges of three coasts as columns of water; the first `count` are shown. */
function ranges(count: number): string {
  const coasts = [
    { name: 'Fundy', metres: 16, text: '16 m' },
    { name: 'Mediterráneo', metres: 0.3, text: '0,3 m' },
    { name: 'Rance', metres: 8, text: '8 m' },
  ];
  const columns = coasts.slice(0, count).map(({ name, metres, text }, index) => {
    const [x, height] = [140 + index * 230, metres * 22];
    return `<rect x="${x - 62}" y="${470 - height}" width="124" height="${height}" rx="4" fill="url(#blue)"/>
<text x="${x}" y="${452 - height}" font-size="30" fill="#f4f1e8">${text}</text>${label(x, 510, name)}`;
  });
  return `${DEFINITIONS}<path d="M40 470H720" stroke="#7d9dbb" stroke-width="3"/>${columns.join('')}`;
}

function clock(x: number, y: number): string {
  return `<circle cx="${x}" cy="${y}" r="58" fill="#0d2038" stroke="#f2c867" stroke-width="5"/>
<path d="M${x} ${y - 36}V${y}L${x + 26} ${y + 16}" ${LINE}/>`;
}

function beam(): string {
  return `${DEFINITIONS}<path d="M205 340L556 184" stroke="#ff7a6b" stroke-width="5" stroke-dasharray="16 10"/>
<rect x="540" y="164" width="30" height="30" rx="4" fill="#8fd3f7" transform="rotate(-24 555 179)"/>`;
}
