import type { Lexicon } from './lexicon.ts';
import { beginsWith, holds, words } from './words.ts';

const FUNCTION_WORDS = `
  a about above across after afterwards again against ago all almost alone along already also although always am among an and
  another any anybody anyone anything anyway anywhere are aren't around as at away back be became because become becomes been
  before behind being below beside besides between beyond both but by can can't cannot could couldn't despite did didn't do
  does doesn't doing don't done down during each either else enough especially etc even ever every everybody everyone
  everything everywhere except far few fewer finally for from further had hadn't has hasn't have haven't having he he'd he'll
  he's hence her here here's hers herself him himself his how however i i'd i'll i'm i've if in indeed inside instead into is
  isn't it it'd it'll it's its itself just least less let let's like many may maybe me meanwhile might mine more moreover most
  mostly much must my myself near nearly neither never nevertheless next no nobody none nor not nothing now nowhere of off
  often oh okay ok on once one ones only onto or other others otherwise ought our ours ourselves out outside over own per
  perhaps please quite rather really right same shall she she'd she'll she's should shouldn't since so some somebody somehow
  someone something sometimes somewhere soon still such than that that's the their theirs them themselves then there there's
  therefore these they they'd they'll they're they've this those though through throughout thus till to today together tomorrow
  tonight too toward towards twice under unless unlike until up upon us usually very via was wasn't we we'd we'll we're we've
  well were weren't what what's whatever when whenever where whereas wherever whether which while who who's whoever whole whom
  whose why will with within without won't would wouldn't yes yesterday yet you you'd you'll you're you've your yours yourself
  yourselves yeah um uh hey hi hello gonna wanna gotta kind sort lot lots bit two three four five six seven eight nine ten
  eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
  first second third last hundred thousand million billion half dozen`;

const COMMON_VERBS = `
  add added asked ask asks allow allows began begin begins begun bring brings brought build builds built buy buys call called calls came change
  changes come comes coming cause causes explain explains explained feel feels felt find finds found follow gave get gets getting give given
  gives go goes going gone got happen happened happens happening hear heard help helps hold hold holds imagine keep keeps kept knew know known knows
  lead leave leaves left learn learned look looked looking looks made make makes making matter matters mean means meant move
  need needed needs notice open pay pick play put puts putting reach read remember run runs running said saw say saying says see seem seems seen
  set shows show showed shown sit speak spend spent stand start started starts stay stop stops take taken takes taking talk talked
  talking talks tell tells tend tends think thinking thinks thought told took tried tries try trying turn turned turns understand use
  used uses using wait want wanted wants watch watching went wish wonder work works working write writes wrote`;

const GENERIC_WORDS = `
  thing things people person guy guys folks man men woman women way ways time times year years day days week weeks month months
  hour hours minute minutes seconds moment moments part parts place places point points problem problems question questions answer answers
  reason reasons example examples case cases fact facts idea ideas number numbers amount result results side video videos channel
  episode world life story stuff everyone word words end beginning top bottom level group kinds sorts good better best bad worse worst big
  bigger biggest small smaller great new old long short high low large little early late different important interesting easy hard
  hard simple real true sure able likely possible actually basically simply probably exactly literally obviously certainly
  clearly quickly slowly particular certain several various main whole entire full free ready common foot feet inch inches mile miles meter meters kilometer kilometers degree degrees pound pounds ton tons gallon gallons dollar dollars
  cent cents euro euros percent percentage decade decades century centuries single rest mistake rule trick middle today`;

/** Grammar and the talk of videos, not vocabulary: what is here never makes a tag, a heading or a reason to choose. */
export const ENGLISH: Lexicon = {
  stopWords: words(FUNCTION_WORDS + COMMON_VERBS + GENERIC_WORDS),
  determiners:
    words(`the a an this that these those my your his her its our their of in on with without by for from about into between
    each every some any no more less many few much most another other both several two three four five and or as than per`),
  ordinals: words('first second third fourth fifth sixth last next final another other'),
  connectors: ['of the', 'of'],
  verbEnding: /(?:ly|n't|'ve|'re|'ll)$/,
  infinitive: undefined,
  fillers:
    beginsWith(`well,|so,|okay,|ok,|okay so|okay|alright,|all right,|right,|now,|look,|you see,|you know,|i mean,|and so,|and then,|and|so basically,|basically,|so
    anyway,|oh,|um,|uh,|but hey,|of course,|in fact,|actually,|listen,|and yes,|yes,`),
  dependent:
    beginsWith(`that|that's|this|these|those|it|it's|its|he|he's|she|she's|they|they're|them|but|or|because|which|who|then|also|therefore|however
    for example|for instance|instead|otherwise|in contrast|still|yet|nor|neither|such|there|here|here's|that way|the other|the same|another|both|their|his|her|even so|as a result|do it|not only that|either|sometimes they`),
  contextual: holds(
    "i|i'm|i've|i'd|i'll|me|my|mine|you|you're|you've|you'd|you'll|your|the two of them|the former|the latter",
  ),
  opensTopic:
    beginsWith(`now let's|let's|let me|next|first|firstly|second|secondly|third|thirdly|the first|the second|the third|the fourth|the fifth|the last|the final|the next|finally|lastly
    to begin|to start|to finish|moving on|another|on the other hand|what about|now, what|so what about|now|when it comes to|in terms of|turning to|one more|one last|next up|what can|why does|why did|how does|but all|to understand|in short|in summary|to sum up`),
  housekeeping:
    holds(`subscribe|subscribed|smash that like|hit the like|like button|bell icon|leave a comment|in the comments|comment below|down below|welcome back|welcome to|thanks for watching|thank you for watching
    thanks for listening|thank you for listening|see you next|see you in the next|sponsor|sponsored|promo code|discount code|link in the description|in the description|in this video|in today's video|today i want|today we're going|today we are going|today we'll
    we're going to talk|let's get started|let's get into it|let's dive|as i said|as i mentioned|like i said|i'll show you|in the next video|thank you very much|bye|i want to tell you|i'm going to`),
  emphasis:
    holds(`most important|important|the key|conclusion|in short|in summary|in other words|means that|is called|because of|which is why|that is why|turns out|the point is|the reason|research|study|studies|discovered|found that|shows that|showed that
    the result|recommend|remember|according to|percent|never|always|the mistake|the rule|the trick|the secret|the difference`),
  abbreviations: words(
    'mr mrs ms dr prof sr jr st vs etc eg ie inc ltd co no fig approx dept est u.s u.k e.g i.e a.m p.m',
  ),
  clauseStarts: words('and but so then now also however therefore'),
};
