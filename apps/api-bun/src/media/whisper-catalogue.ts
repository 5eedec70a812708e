/** A model's file: where it lies on Hugging Face, and its very bytes. */
export interface CatalogueModel {
  /** Owner, repository, revision and name, as in the file's address. */
  path: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

export interface Catalogue {
  models: Readonly<Record<string, CatalogueModel>>;
  /** Finds the stretches in which somebody speaks. */
  vad: CatalogueModel;
}

function ggml(name: string, size: number, sha256: string): CatalogueModel {
  const revision = '5359861c739e955e79d9a303bcbc70fb988958b1';
  return { path: `ggerganov/whisper.cpp/resolve/${revision}/ggml-${name}.bin`, size, sha256 };
}

/**
 * Whisper's models for every language, whole and quantised, as whisper.cpp publishes them: sizes and checksums are those
 * that Hugging Face keeps of large files (the LFS object ids of huggingface.co/ggerganov/whisper.cpp).
 */
const WHISPER_MODELS: Catalogue['models'] = Object.fromEntries(
  (
    [
      ['tiny', 77_691_713, 'be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21'],
      ['tiny-q5_1', 32_152_673, '818710568da3ca15689e31a743197b520007872ff9576237bda97bd1b469c3d7'],
      ['tiny-q8_0', 43_537_433, 'c2085835d3f50733e2ff6e4b41ae8a2b8d8110461e18821b09a15c40c42d1cca'],
      ['base', 147_951_465, '60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe'],
      ['base-q5_1', 59_707_625, '422f1ae452ade6f30a004d7e5c6a43195e4433bc370bf23fac9cc591f01a8898'],
      ['base-q8_0', 81_768_585, 'c577b9a86e7e048a0b7eada054f4dd79a56bbfa911fbdacf900ac5b567cbb7d9'],
      ['small', 487_601_967, '1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b'],
      ['small-q5_1', 190_085_487, 'ae85e4a935d7a567bd102fe55afc16bb595bdb618e11b2fc7591bc08120411bb'],
      ['small-q8_0', 264_464_607, '49c8fb02b65e6049d5fa6c04f81f53b867b5ec9540406812c643f177317f779f'],
      ['medium', 1_533_763_059, '6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208'],
      ['medium-q5_0', 539_212_467, '19fea4b380c3a618ec4723c3eef2eb785ffba0d0538cf43f8f235e7b3b34220f'],
      ['medium-q8_0', 823_369_779, '42a1ffcbe4167d224232443396968db4d02d4e8e87e213d3ee2e03095dea6502'],
      ['large-v3', 3_095_033_483, '64d182b440b98d5203c4f9bd541544d84c605196c4f7b845dfa11fb23594d1e2'],
      ['large-v3-q5_0', 1_081_140_203, 'd75795ecff3f83b5faa89d1900604ad8c780abd5739fae406de19f23ecd98ad1'],
      ['large-v3-turbo', 1_624_555_275, '1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69'],
      ['large-v3-turbo-q5_0', 574_041_195, '394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2'],
      ['large-v3-turbo-q8_0', 874_188_075, '317eb69c11673c9de1e1f0d459b253999804ec71ac4c23c17ecf5fbe24e259a1'],
    ] as const
  ).map(([name, size, sha256]) => [name, ggml(name, size, sha256)]),
);

/** Silero's voice activity detector. */
const VAD_MODEL: CatalogueModel = {
  path: 'ggml-org/whisper-vad/resolve/9ffd54a1e1ee413ddf265af9913beaf518d1639b/ggml-silero-v5.1.2.bin',
  size: 885_098,
  sha256: '29940d98d42b91fbd05ce489f3ecf7c72f0a42f027e4875919a28fb4c04ea2cf',
};

export const CATALOGUE: Catalogue = { models: WHISPER_MODELS, vad: VAD_MODEL };

const GIB = 1024 ** 3;

/**
 * The best model that keeps ahead of the video without a graphics card, as far as can be told beforehand.
 * `large-v3-turbo` listens with large's encoder, some seven times the work of small's (layers times width squared), and is
 * left to machines with many cores. Quantised ones sound the same and are a third of the download. whisper.cpp's README names
 * the memory they take unquantised: 0.4 GB for base, 0.9 for small, 3.9 for large.
 * @param memory bytes
 */
export function modelFor(cores: number, memory: number): string {
  if (cores >= 8 && memory >= 8 * GIB) return 'large-v3-turbo-q5_0';
  if (cores >= 4 && memory >= 4 * GIB) return 'small-q5_1';
  return 'base-q5_1';
}
