import type { Lexicon } from './lexicon.ts';
import { beginsWith, holds, words } from './words.ts';

const FUNCTION_WORDS = `
  a acá ahí al algo alguien algún alguna algunas alguno algunos allá allí ambas ambos ante antes apenas aquel aquella
  aquellas aquello aquellos aquí así aun aún aunque bajo bastante bien cada casi cierta ciertas cierto ciertos como cómo con
  conmigo conseguir consigo contigo contra cosa cosas cual cuál cuales cuáles cualquier cualquiera cuando cuándo cuanta
  cuánta cuanto cuánto cuántos cuántas cuya cuyo cuyas cuyos de debajo del delante demás demasiada demasiado dentro desde después
  detrás donde dónde durante e el él ella ellas ello ellos embargo en encima enfrente entonces entre esa esas ese eso esos
  esta ésta estas este éste esto estos etcétera excepto fuera hacia hasta incluso jamás junto la las le les lo los luego
  mal mas más me mediante mejor menos mi mí mía mías mientras mío míos mis misma mismas mismo mismos mucha muchas muchísimo
  mucho muchos muy nada nadie ni ningún ninguna ninguno no nos nosotras nosotros nuestra nuestras nuestro nuestros nunca o
  os otra otras otro otros para peor pero poca pocas poco pocos por porque pues que qué quien quién quienes quiénes quizá
  quizás salvo se según sí si sí sido siempre simplemente sin sino sobre solamente solo sólo su sus suya suyas suyo suyos tal
  también tampoco tan tanta tantas tanto tantos te ti toda todas todavía todo todos tras tu tú tus tuya tuyo u un una unas
  uno unos usted ustedes varias varios vosotras vosotros vuestra vuestro y ya yo abajo arriba adelante atrás afuera adentro aparte ahora hoy ayer mañana tarde temprano
  primero primera segundo segunda tercero tercera último última siguiente anterior tres cuatro cinco seis siete ocho nueve
  diez trece catorce dieciséis diecisiete dieciocho diecinueve veintiún veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete
  veintiocho veintinueve doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos dos cien mil millones ciento veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa once doce quince mitad`;

const COMMON_VERBS = `
  soy eres es somos sois son era eras éramos eran fui fue fuimos fueron será serán sería serían sea sean ser siendo estoy
  estás está estamos estáis están estaba estaban estábamos estuvo estuvieron estará esté estén estar estando estado he has ha hemos habéis han había
  habían hubo habrá habría haya hayan haber habido hay tengo tienes tiene tenemos tenéis tienen tenía tenían tuvo tendrá
  tendría tenga tengan tener teniendo tenido hago haces hace hacemos hacen hacía hizo hicieron hará haría haga hagan hacer
  haciendo hecho puedo puedes puede podemos podéis pueden podía podían pudo pudieron podrá podría podrían pueda puedan poder
  debo debes debe debemos deben debía debería deberían quiero quieres quiere queremos quieren quería querer quieras voy vas va vamos vais van iba
  iban ir yendo vaya vayan veo ves ve vemos ven veía vio ver viendo visto veremos digo dices dice decimos dicen decía dijo dijeron diría decir
  diciendo dicho doy das da damos dan daba dio dar dando dado sé sabes sabe sabemos saben sabía saber creo crees cree
  creemos creen creer pienso piensa pensar pongo pone ponemos ponen puso poner puesto queda quedan quedar parece parecen
  parecía llega llegan llegó llegar lleva llevan llevar deja dejan dejar pasa pasan pasó pasar sigue siguen seguir viene
  vienen vino venir sale salen salir empieza empiezan empezar empezó necesita necesitan necesitas necesitamos ocurre ocurren sucede significa
  quieres usa usan usar utiliza utilizan utilizar existe existen llama llaman llamado llamada gusta sirve sirven hacerlo
  verlo tomar toma coge coger mira mirar habla hablar hablamos hablando hablado cuenta contar conoce conocer entender
  entiende encontrar encuentra importa importante importantes interesante trata tratar suele suelen vuelve volver convierte
  permite permiten cambia cambian ayuda ayudan funciona funcionan produce producen falta aparece aparecen recuerda imagina fíjate piensa espera
  haz pon sabías bastaba basta toca tocar prueba probar intenta intentar aprende aprender`;

const GENERIC_WORDS = `
  vídeo vídeos video videos canal gente persona personas parte partes forma formas manera maneras modo tipo tipos caso casos
  ejemplo ejemplos vez veces año años día días mes meses semana semanas hora horas minuto minutos segundos momento momentos tiempo lado
  punto puntos tema temas idea ideas razón razones problema problemas pregunta preguntas respuesta respuestas resultado resultados
  hombre verdad realidad mundo vida número números cantidad grupo nivel lugar sitio gran grande grandes
  pequeño pequeña pequeños pequeñas nuevo nueva nuevos nuevas bueno buena buenos buenas mayor mayores menor mayoría
  largo larga alto alta bajo baja propio propia claro posible fácil difícil distinto distinta distintos diferente
  diferentes solamente realmente prácticamente normalmente básicamente exactamente precisamente probablemente además embargo
  vale hola gracias adiós amigos suscríbete acuerdo favor resumen final principio fin cuestión hecho detalle error regla
  metro metros kilómetro kilómetros centímetros grado grados gramo gramos kilo kilos litro litros tonelada toneladas euro euros
  dólar dólares segundo porcentaje tercio cuarto década décadas siglo siglos medio alrededor lejos cerca dentro menudo través pesar general especie montón clave manos historia`;

/** Grammar and the talk of videos, not vocabulary: what is here never makes a tag, a heading or a reason to choose. */
export const SPANISH: Lexicon = {
  stopWords: words(FUNCTION_WORDS + COMMON_VERBS + GENERIC_WORDS),
  determiners:
    words(`el la los las un una unos unas al del de su sus mi mis tu tus nuestro nuestra este esta estos estas ese esa esos
    esas aquel aquella cada otro otra otros otras mucho mucha muchos muchas poco poca más menos con sin en por para sobre entre hacia
    cualquier algún alguna ningún ninguna tanto tanta cuánto cuánta varias varios y o toda todo todas todos dos tres cuatro cinco primer primera segundo segunda tercer tercera cuarto
    cuarta quinto quinta último última gran mejor peor nuevo nueva buen mismo misma propio propia`),
  ordinals: words(
    'primer primera segundo segunda tercer tercera cuarto cuarta quinto quinta sexto sexta último última otro otra siguiente',
  ),
  connectors: ['de la', 'de las', 'de los', 'del', 'de'],
  verbEnding:
    /(?:mente|ando|iendo|yendo|amos|emos|imos|aron|ieron|aban|arán|erán|irán|aría|ería|iría|arse|erse|irse|arlo|erlo|irlo|arla|erla)$/,
  infinitive: {
    ending: /[aei]r$/,
    after: words('a de en con sin por para sobre entre hacia y o más menos poco mucho tanto'),
  },
  fillers:
    beginsWith(`bueno,|pues bien,|pues,|pues|vale,|venga,|a ver,|o sea,|mira,|oye,|y bueno,|entonces,|entonces|y entonces,|y entonces
    claro,|bien,|en fin,|es decir,|y|pero bueno,|la verdad es que|eh,|ah,|y además,|además,|y por eso,|de hecho,|a cambio,`),
  dependent:
    beginsWith(`eso|esto|esos|esas|ese|esa|aquello|él|ella|ellos|ellas|pero|sino|(?:\\S+ ){0,2}lo (?!que|cual|más|menos|mejor|peor|mismo|único|primero|segundo|último|largo|tanto|general|contrario|demás)\\p{L}+|así que|así|lo hace|lo hacen|lo hizo|la hicieron|por eso|por tanto|por lo tanto|sin embargo
    por ejemplo|en cambio|también|tampoco|al contrario|luego|aun así|no obstante|o|que|porque|lo mismo|lo cual|ahí|allí|este|esta|estos|estas
    una parte|uno de|una de|por esa razón|lo descubrieron|lo hicieron|por ese motivo|por este motivo|entre ellos|entre ellas|otro|otra|el otro|la otra|los otros|en ese|en esa|a esto|a eso|con eso|con esto|de ahí|hazlo|ambos|ambas`),
  contextual: holds(`yo|me|mi|mis|conmigo|tú|te|tu|tus|os|vuestro|vuestra|usted|ustedes|voy a
    (?:los|las) dos(?=[.,;:]|\\s\\p{L}*[^s\\s,](?:[\\s,.]|$))`),
  opensTopic:
    beginsWith(`ahora bien|ahora vamos|ahora hablemos|vamos a|vamos con|vayamos|pasemos|pasamos|empecemos|empezamos|comencemos|hablemos
    el primer|la primera|el segundo|la segunda|el tercer|la tercera|el cuarto|la cuarta|el quinto|el último|la última|en primer lugar|en segundo lugar|en tercer lugar
    primero|segundo|tercero|cambiamos de|cambiando de|seguimos con|terminamos con|por último|finalmente|para terminar|para acabar|para empezar|otro|otra|siguiente|lo siguiente|y ahora|y si hablamos|en cuanto a|respecto a|veamos
    lo primero|lo segundo|lo último|por otro lado|por otra parte|y para qué|y por qué|y qué|y cómo|queda|en resumen|en definitiva|además de`),
  housekeeping:
    holds(`suscríbete|suscribirte|suscribíos|suscribirse|dale a me gusta|dale like|dale al like|campanita|en los comentarios|bienvenidos|bienvenida|bienvenido
    hola a todos|hola a todas|muy buenas|hasta la próxima|nos vemos|gracias por ver|gracias por escuchar|muchas gracias|patrocinador|patrocina|código de descuento|enlace en la descripción
    en la descripción|en este vídeo|en este video|en el vídeo de hoy|en el video de hoy|en el próximo vídeo|hoy vamos a|hoy os|hoy te voy|vamos a ver|vamos a hablar|os cuento|te cuento|como decía|como he dicho|como os decía|empezamos|comparte este|si te ha gustado|un saludo|vamos allá|te voy a contar|os voy a contar`),
  emphasis:
    holds(`lo más importante|es importante|la clave|conclusión|en resumen|en definitiva|es decir|significa que|se debe a|consiste en|se llama|se trata de|por eso|demuestra|demostró|descubrió
    descubrieron|el resultado|el motivo|la razón|recomienda|recomiendan|recuerda|según|por ciento|nunca|siempre|el error|la regla|el truco|el secreto|la diferencia`),
  abbreviations: words(
    'sr sra sres dr dra dres prof ej pág págs núm vol etc aprox ee uu av avda ud uds art cap fig lic ing',
  ),
  clauseStarts: words(
    'y pero entonces porque así bueno ahora luego además también aunque cuando si pues después mientras',
  ),
};
