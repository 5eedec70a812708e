/** A small library in two languages, and questions in other words than the passages that answer them. */

export interface LabelledNote {
  title: string;
  language: 'es' | 'en';
  /** Each is about something else. */
  passages: readonly string[];
}

export interface Question {
  q: string;
  language: 'es' | 'en';
  /** In other words than the passage, or by a name or a word of it (some mistyped). */
  kind: 'paraphrase' | 'term';
  /** Index of the note, and of the passage in it. */
  answer: readonly [note: number, passage: number];
}

export const NOTES: readonly LabelledNote[] = [
  {
    title: 'Baking at home',
    language: 'en',
    passages: [
      'A starter is only flour and water that you leave on the counter. Wild yeast moves in within days; feed it every morning until it doubles in four hours.',
      'Score the surface with a razor before it goes into the oven. The cut decides where the crust opens when the steam inside expands.',
      'Salt does more than taste. It tightens the gluten and slows the yeast down, so add it after the first twenty minutes of rest.',
      'Old slices are not waste. Cut into cubes and fried in olive oil they become croutons, and soaked in milk they are the base of a pudding.',
    ],
  },
  {
    title: 'How the heart works',
    language: 'en',
    passages: [
      'The sinus node fires about seventy times a minute. That small patch of cells sets the pace for the whole muscle, without any order from the brain.',
      'Four valves make sure that blood moves one way only. When one of them leaks, the doctor hears a murmur through the stethoscope.',
      'Coronary arteries feed the muscle itself. If plaque closes one of them, the tissue behind it starves within minutes: that is an infarction.',
      'Athletes have a low pulse at rest because each beat pushes out more volume. The muscle has grown, so it needs fewer strokes.',
    ],
  },
  {
    title: 'Money and central banks',
    language: 'en',
    passages: [
      'When prices rise too fast the central bank makes borrowing expensive. Families postpone buying a house, firms postpone investing, and demand cools.',
      'A bond promises fixed payments. If new bonds pay more, nobody wants the old one at its full price, so its value on the market falls.',
      'Deposits are insured up to a limit. That guarantee exists so that a rumour does not send every customer to the branch on the same morning.',
      'Compound growth looks slow at first. At seven per cent a year a sum doubles in a decade, and the last years add more than all the first ones.',
    ],
  },
  {
    title: 'The night sky',
    language: 'en',
    passages: [
      'Stars twinkle because their light crosses layers of air of different temperature. Planets are discs, not points, so the flicker averages out.',
      'The Moon keeps one face towards us. Its rotation takes as long as its orbit, since our pull slowed it down long ago.',
      'When a massive star runs out of fuel its core collapses. What is left may be so dense that not even light gets away from it.',
      'Meteor showers come back on the same dates. Each year we cross the trail of dust that a comet left behind.',
    ],
  },
  {
    title: 'Databases for everybody',
    language: 'en',
    passages: [
      'An index is like the one at the end of a book: instead of reading every page, the engine jumps to the rows. It costs space and makes writing slower.',
      'A transaction is all or nothing. If the power goes out between taking the money from one account and adding it to another, neither happens.',
      'Normalise until it hurts, then denormalise until it works. Repeating a fact in two places means that one day they will disagree.',
      'Backups that nobody has ever restored are a hope, not a plan. Rehearse bringing the data back on another machine.',
    ],
  },
  {
    title: 'Sleep better',
    language: 'en',
    passages: [
      'Screens late in the evening push melatonin back. Dim the lamps and put the phone in another room an hour before bed.',
      'Coffee stays in the blood for longer than people think. Half of a cup at four in the afternoon is still there at ten.',
      'Going to bed at the same hour each day matters more than its length. The body learns to expect it.',
      'During deep phases the brain rinses itself: fluid flows between the cells and carries away what they left behind in the day.',
    ],
  },
  {
    title: 'La masa madre paso a paso',
    language: 'es',
    passages: [
      'La masa madre es harina y agua que fermentan solas. Dale de comer cada mañana hasta que doble su volumen en cuatro horas.',
      'Antes de hornear, da un corte a la superficie con una cuchilla: por ahí se abrirá la corteza cuando el vapor empuje.',
      'La sal no solo da sabor: refuerza el gluten y frena la fermentación, así que se añade tras el primer reposo.',
      'El pan duro no se tira. En dados y frito en aceite sirve para la sopa, y remojado en leche es la base de unas torrijas.',
    ],
  },
  {
    title: 'La Luna y las mareas',
    language: 'es',
    passages: [
      'La Luna atrae el agua de los océanos y la levanta. Como la Tierra gira, en casi todas las costas el mar sube dos veces al día.',
      'Cuando el Sol y la Luna se alinean sus fuerzas se suman y llegan las mareas vivas, las más altas del mes.',
      'En una bahía en forma de embudo el agua se amontona. En Fundy la diferencia entre la pleamar y la bajamar pasa de quince metros.',
      'El roce de las mareas frena poco a poco el giro de la Tierra: cada siglo el día se alarga unos dos milisegundos.',
    ],
  },
  {
    title: 'Economía para la vida diaria',
    language: 'es',
    passages: [
      'Cuando los precios suben demasiado, el banco central encarece los préstamos. La gente deja para más tarde comprar casa y la demanda se enfría.',
      'Si los bonos nuevos pagan más, nadie quiere los antiguos por todo su valor, y su precio en el mercado cae.',
      'Los depósitos están garantizados hasta cierta cantidad, para que un rumor no lleve a todos los clientes a la ventanilla a la vez.',
      'El interés compuesto parece lento al principio. Al siete por ciento anual, una suma se dobla en diez años.',
    ],
  },
  {
    title: 'Un huerto en el balcón',
    language: 'es',
    passages: [
      'Los tomates piden seis horas de sol directo. En una terraza que mira al norte es mejor plantar lechugas o espinacas.',
      'Se riega poco y a menudo, por la mañana y al pie de la planta. Las hojas mojadas de noche crían hongos.',
      'Contra el pulgón sirve el jabón potásico disuelto en agua: se pulveriza al atardecer y se repite a la semana.',
      'Las cáscaras de fruta y los posos del café, con hojas secas, se convierten en abono al cabo de unos meses.',
    ],
  },
];

export const QUESTIONS: readonly Question[] = [
  { q: 'how do I make my own natural leaven', language: 'en', kind: 'paraphrase', answer: [0, 0] },
  { q: 'why do bakers slash the loaf', language: 'en', kind: 'paraphrase', answer: [0, 1] },
  { q: 'when should I season the dough', language: 'en', kind: 'paraphrase', answer: [0, 2] },
  { q: 'what to do with stale bread', language: 'en', kind: 'paraphrase', answer: [0, 3] },
  { q: 'what controls the heartbeat rhythm', language: 'en', kind: 'paraphrase', answer: [1, 0] },
  { q: 'cause of a noise heard in the chest', language: 'en', kind: 'paraphrase', answer: [1, 1] },
  { q: 'how does a heart attack happen', language: 'en', kind: 'paraphrase', answer: [1, 2] },
  { q: 'why do runners have a slow heart rate', language: 'en', kind: 'paraphrase', answer: [1, 3] },
  { q: 'how do higher interest rates fight inflation', language: 'en', kind: 'paraphrase', answer: [2, 0] },
  { q: 'why do old securities lose worth when yields go up', language: 'en', kind: 'paraphrase', answer: [2, 1] },
  { q: 'what prevents a bank run', language: 'en', kind: 'paraphrase', answer: [2, 2] },
  { q: 'how long until my savings are twice as much', language: 'en', kind: 'paraphrase', answer: [2, 3] },
  { q: 'why do stars flicker', language: 'en', kind: 'paraphrase', answer: [3, 0] },
  { q: 'why do we never see the far side of our satellite', language: 'en', kind: 'paraphrase', answer: [3, 1] },
  { q: 'how is a black hole born', language: 'en', kind: 'paraphrase', answer: [3, 2] },
  { q: 'shooting stars every August', language: 'en', kind: 'paraphrase', answer: [3, 3] },
  { q: 'make my queries faster', language: 'en', kind: 'paraphrase', answer: [4, 0] },
  { q: 'what if the server crashes in the middle of a payment', language: 'en', kind: 'paraphrase', answer: [4, 1] },
  { q: 'should I store the same information twice', language: 'en', kind: 'paraphrase', answer: [4, 2] },
  { q: 'how to test disaster recovery', language: 'en', kind: 'paraphrase', answer: [4, 3] },
  { q: 'does blue light from my mobile keep me awake', language: 'en', kind: 'paraphrase', answer: [5, 0] },
  { q: 'how late can I drink caffeine', language: 'en', kind: 'paraphrase', answer: [5, 1] },
  { q: 'is a regular bedtime important', language: 'en', kind: 'paraphrase', answer: [5, 2] },
  { q: 'how does the mind clean out toxins at night', language: 'en', kind: 'paraphrase', answer: [5, 3] },
  { q: 'cómo alimento el fermento del pan', language: 'es', kind: 'paraphrase', answer: [6, 0] },
  { q: 'para qué se corta la hogaza antes de meterla al horno', language: 'es', kind: 'paraphrase', answer: [6, 1] },
  { q: 'cuándo hay que salar la masa', language: 'es', kind: 'paraphrase', answer: [6, 2] },
  { q: 'qué hago con el pan que sobra', language: 'es', kind: 'paraphrase', answer: [6, 3] },
  { q: 'por qué sube la marea dos veces', language: 'es', kind: 'paraphrase', answer: [7, 0] },
  { q: 'cuándo son más fuertes las mareas', language: 'es', kind: 'paraphrase', answer: [7, 1] },
  { q: 'el lugar donde más sube el mar', language: 'es', kind: 'paraphrase', answer: [7, 2] },
  { q: 'se está frenando nuestro planeta', language: 'es', kind: 'paraphrase', answer: [7, 3] },
  { q: 'cómo se combate la inflacción', language: 'es', kind: 'paraphrase', answer: [8, 0] },
  { q: 'por qué bajan los bonos viejos', language: 'es', kind: 'paraphrase', answer: [8, 1] },
  { q: 'está seguro mi dinero en el banco', language: 'es', kind: 'paraphrase', answer: [8, 2] },
  { q: 'cuánto tarda en duplicarse mi ahorro', language: 'es', kind: 'paraphrase', answer: [8, 3] },
  { q: 'qué cultivo si tengo poca luz', language: 'es', kind: 'paraphrase', answer: [9, 0] },
  { q: 'cuándo regar las plantas', language: 'es', kind: 'paraphrase', answer: [9, 1] },
  { q: 'remedio para los pulgones', language: 'es', kind: 'paraphrase', answer: [9, 2] },
  { q: 'cómo hacer compost en casa', language: 'es', kind: 'paraphrase', answer: [9, 3] },
  { q: 'sinus node', language: 'en', kind: 'term', answer: [1, 0] },
  { q: 'stetoscope', language: 'en', kind: 'term', answer: [1, 1] },
  { q: 'coronary plaque', language: 'en', kind: 'term', answer: [1, 2] },
  { q: 'croutons', language: 'en', kind: 'term', answer: [0, 3] },
  { q: 'gluten salt', language: 'en', kind: 'term', answer: [0, 2] },
  { q: 'melatonin', language: 'en', kind: 'term', answer: [5, 0] },
  { q: 'comet dust', language: 'en', kind: 'term', answer: [3, 3] },
  { q: 'normalise', language: 'en', kind: 'term', answer: [4, 2] },
  { q: 'deposit insurance limit', language: 'en', kind: 'term', answer: [2, 2] },
  { q: 'seven per cent', language: 'en', kind: 'term', answer: [2, 3] },
  { q: 'twinkle', language: 'en', kind: 'term', answer: [3, 0] },
  { q: 'rehearse backup', language: 'en', kind: 'term', answer: [4, 3] },
  { q: 'torrijas', language: 'es', kind: 'term', answer: [6, 3] },
  { q: 'Fundy', language: 'es', kind: 'term', answer: [7, 2] },
  { q: 'jabon potasico', language: 'es', kind: 'term', answer: [9, 2] },
  { q: 'pleamar bajamar', language: 'es', kind: 'term', answer: [7, 2] },
  { q: 'interes compuesto', language: 'es', kind: 'term', answer: [8, 3] },
  { q: 'lechugas espinacas', language: 'es', kind: 'term', answer: [9, 0] },
  { q: 'milisegundos', language: 'es', kind: 'term', answer: [7, 3] },
  { q: 'posos de cafe', language: 'es', kind: 'term', answer: [9, 3] },
  { q: 'glutten', language: 'es', kind: 'term', answer: [6, 2] },
  { q: 'ventanila', language: 'es', kind: 'term', answer: [8, 2] },
];
