/**
 * Honest material for the audit of judges: one small negotiation in each language, with texts of which it is plain whether
 * they agree and how good the answer is. Adversarial items are made of these, so that each has its honest match.
 */
import type { Persona } from '../../domain/index.js';

export interface Scene {
  /** ISO 639-1. */
  language: string;
  dilemma: string;
  a: Persona;
  b: Persona;
  /** Four actions that serve both. */
  plan: string;
  /** How the two accept a plan in so many words, each in front of the plan itself. */
  accept: readonly [string, string];
  /** In front of a plan: put forward, not yet accepted by anybody. */
  propose: string;
  /** No to any plan. */
  refuse: string;
  /** A question instead of an answer. */
  ask: string;
  /** In front of a plan: what was settled. */
  answer: string;
  /** An answer of good will without an action. */
  weak: string;
  /** Two actions that serve `a` and leave `b` with nothing. */
  oneSided: string;
  /** True, polite and empty: makes a text longer and adds nothing to it. */
  filler: string;
}

export const scenes: readonly Scene[] = [
  {
    language: 'en',
    dilemma:
      'A village bakery must decide what to do with its one oven. The evening shift wants it for a paid catering contract; the old customers want their morning bread on time.',
    a: { name: 'the earner', stance: 'Judge by income alone. Turn down whatever brings in no money.' },
    b: { name: 'the neighbour', stance: 'Stand up for those who have always come. Nobody may go without bread.' },
    plan: '(1) bake the bread from four to seven every morning; (2) give the oven to the caterers from eight on; (3) put a tenth of the contract into a second oven; (4) meet on the first of May and look at both accounts.',
    accept: ['I accept this, and I want it too:', 'I accept exactly that plan, gladly:'],
    propose: 'My suggestion, for you to think about, would be:',
    refuse: 'No. I cannot go along with that, and nothing in it changes my mind.',
    ask: 'What would that mean for the people who come at five? I do not see it yet.',
    answer: 'This is what we will do:',
    weak: 'We will try to be considerate of each other and keep everybody in mind.',
    oneSided:
      'This is what we will do: (1) give the oven to the caterers day and night; (2) stop selling bread from Monday.',
    filler:
      'It is worth saying once more that this is a matter on which people hold views, that views are held for reasons, and that reasons are held by people. There is much to be said, and much has been said, and what has been said was said with care.',
  },
  {
    language: 'en',
    dilemma:
      'Two sisters inherit a small orchard. One wants to sell the lower half to pay for her training as a nurse; the other wants to keep every tree their father planted.',
    a: { name: 'the planner', stance: 'Put the future first. Let go of what only keeps the past.' },
    b: { name: 'the keeper', stance: 'Keep what was handed down. Give up comfort before you give up a tree.' },
    plan: '(1) lease the lower half to the cider house for six years; (2) pay the training out of the lease, month by month; (3) graft every old tree onto young stock this winter; (4) decide about a sale together when the lease ends.',
    accept: ['I accept, and it is what I hoped for:', 'I accept this very plan, without holding back:'],
    propose: 'One way to go about it might be:',
    refuse: 'I say no to this. It is not what I want and I will not sign it.',
    ask: 'And who would look after the trees while you are away? Please tell me that first.',
    answer: 'We have settled it so:',
    weak: 'Both sisters will respect how the other feels, and family will come first.',
    oneSided: 'We have settled it so: (1) sell the whole orchard this week; (2) give all of the money to the planner.',
    filler:
      'One could go on about this for a long time, as one could about most things that matter, and there would still be more to go on about. That is how it is with matters of this kind, and it has always been how it is.',
  },
  {
    language: 'de',
    dilemma:
      'Ein Ruderverein besitzt einen einzigen Bus. Die Jugend braucht ihn für ein Trainingslager, die Alten für die Fahrt zum Ehemaligentreffen am selben Wochenende.',
    a: { name: 'der Leistungswille', stance: 'Nur das Ergebnis zählt. Wer nicht antritt, hat zurückzustehen.' },
    b: { name: 'der Zusammenhalt', stance: 'Niemand wird zurückgelassen. Lieber langsamer, aber zusammen.' },
    plan: '(1) die Jugend fährt am Freitag um zwei mit dem Bus; (2) der Bus holt die Alten am Samstag um neun ab; (3) der Verein bezahlt für die Rückfahrt einen zweiten Bus; (4) beide legen bis März einen Fahrplan für das ganze Jahr fest.',
    accept: ['Ich nehme das an und will es auch:', 'Ich nehme genau diesen Plan gern an:'],
    propose: 'Man könnte zum Beispiel überlegen:',
    refuse: 'Nein. Das mache ich nicht mit, und dabei bleibt es.',
    ask: 'Und wie kommen dann die mit dem Rollstuhl hin? Das ist mir noch nicht klar.',
    answer: 'Das werden wir tun:',
    weak: 'Wir wollen aufeinander Rücksicht nehmen und im Gespräch bleiben.',
    oneSided: 'Das werden wir tun: (1) die Jugend bekommt den Bus das ganze Jahr; (2) das Treffen der Alten fällt aus.',
    filler:
      'Es sei noch einmal gesagt, dass es hierzu verschiedene Ansichten gibt, dass Ansichten ihre Gründe haben und dass Gründe bedacht sein wollen. Darüber ließe sich noch vieles sagen, und vieles davon ist schon gesagt worden.',
  },
  {
    language: 'es',
    dilemma:
      'Una cooperativa de pescadores tiene una sola cámara fría. Unos quieren alquilarla a un exportador; otros la necesitan para la pesca de cada día.',
    a: { name: 'la ambiciosa', stance: 'Busca el mayor beneficio. Rechaza lo que no crece.' },
    b: { name: 'el prudente', stance: 'Protege el sustento de hoy. No arriesgues lo que da de comer.' },
    plan: '(1) alquilar la mitad de la cámara al exportador hasta octubre; (2) guardar la otra mitad para la pesca diaria; (3) pagar con el alquiler un generador nuevo; (4) revisar las cuentas juntos el primer lunes de cada mes.',
    accept: ['Acepto esto y también lo quiero:', 'Acepto exactamente ese plan, con gusto:'],
    propose: 'Una posibilidad que podríamos pensar sería:',
    refuse: 'No. No estoy conforme y no voy a cambiar de opinión.',
    ask: '¿Y qué pasaría con los que salen de noche? Todavía no lo veo claro.',
    answer: 'Esto es lo que haremos:',
    weak: 'Procuraremos entendernos y tener a todos en cuenta.',
    oneSided:
      'Esto es lo que haremos: (1) alquilar toda la cámara al exportador; (2) tirar lo que no quepa en los barcos.',
    filler:
      'Conviene repetir que sobre este asunto hay opiniones, que las opiniones tienen sus motivos y que los motivos merecen atención. Se podría decir mucho más, y mucho se ha dicho ya, y lo dicho se dijo con cuidado.',
  },
  {
    language: 'fr',
    dilemma:
      'Une école n’a de salle libre que le mercredi. Le club de théâtre la veut pour répéter, les élèves en retard pour le soutien.',
    a: { name: 'la metteuse en scène', stance: 'L’œuvre d’abord. Refuse ce qui retarde la première.' },
    b: { name: 'le tuteur', stance: 'D’abord ceux qui peinent. Ne laisse aucun élève derrière.' },
    plan: '(1) le soutien a la salle de quatorze à seize heures; (2) le théâtre répète de seize à dix-neuf heures; (3) les acteurs aident deux élèves chacun avant la répétition; (4) tous font le point le dernier mercredi du mois.',
    accept: ['J’accepte cela, et je le veux aussi :', 'J’accepte ce plan même, avec plaisir :'],
    propose: 'On pourrait peut-être envisager ceci :',
    refuse: 'Non. Je ne suis pas d’accord et je ne céderai pas.',
    ask: 'Et que deviennent ceux qui finissent à dix-huit heures ? Je ne le vois pas encore.',
    answer: 'Voici ce que nous ferons :',
    weak: 'Nous essaierons de nous comprendre et de penser à tout le monde.',
    oneSided: 'Voici ce que nous ferons : (1) le théâtre prend la salle chaque mercredi; (2) le soutien est supprimé.',
    filler:
      'Il faut redire que l’on peut avoir là-dessus des avis, que les avis ont leurs raisons et que les raisons méritent qu’on s’y arrête. On pourrait en dire bien davantage, et l’on en a déjà dit beaucoup.',
  },
  {
    language: 'zh',
    dilemma: '一个小区只有一块空地。年轻人想建篮球场,老人想留作菜园。',
    a: { name: '求变者', stance: '凡事看将来。旧的不去,新的不来。' },
    b: { name: '守成者', stance: '先保住大家已有的。不要拿日常生活去冒险。' },
    plan: '(1) 东半块在五月前建成半个篮球场;(2) 西半块留给菜园,每户两米;(3) 用物业费的百分之五修一道矮墙;(4) 每季度第一个周六一起开会检查。',
    accept: ['我同意,这也是我想要的:', '我同意就照这个办,很乐意:'],
    propose: '也许可以考虑这样:',
    refuse: '不行。我不接受,也不会改变主意。',
    ask: '那晚上的噪音怎么办?这一点我还没看明白。',
    answer: '我们决定这样做:',
    weak: '大家会互相体谅,多为对方着想。',
    oneSided: '我们决定这样做:(1) 整块地都建篮球场;(2) 菜园本周全部铲掉。',
    filler:
      '这里不妨再说一遍:这件事各人有各人的看法,看法有看法的道理,道理也值得细想。要说的话还有很多,已经说过的也不少,而且都是用心说的。',
  },
];
