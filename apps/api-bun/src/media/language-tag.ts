/** ISO 639-2/B codes that Matroska and MP4 files use and that BCP 47 does not know (loc.gov/standards/iso639-2). */
const BIBLIOGRAPHIC: Record<string, string> = {
  alb: 'sq',
  arm: 'hy',
  baq: 'eu',
  bur: 'my',
  chi: 'zh',
  cze: 'cs',
  dut: 'nl',
  fre: 'fr',
  geo: 'ka',
  ger: 'de',
  gre: 'el',
  ice: 'is',
  mac: 'mk',
  may: 'ms',
  per: 'fa',
  rum: 'ro',
  slo: 'sk',
  wel: 'cy',
};
const NO_LANGUAGE = /^(und|mul|mis|zxx|qaa)$/;

/** A language code of a file or a site as BCP 47 (`spa` → `es`); null when it names no language. */
export function languageTag(code: string | null | undefined): string | null {
  if (!code) return null;
  const plain = code.trim().toLowerCase().replaceAll('_', '-');
  try {
    const [tag = ''] = Intl.getCanonicalLocales(BIBLIOGRAPHIC[plain] ?? plain);
    return tag === '' || NO_LANGUAGE.test(tag) ? null : tag;
  } catch {
    return null;
  }
}

/** Whether two tags name the same language, whatever the region: `es-419` and `es`. */
export function sameLanguage(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one.split('-')[0] === other.split('-')[0];
}
