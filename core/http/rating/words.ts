/** What the page that asks how a chat was says itself; everything else on it is the team's. */
export interface Words {
  readonly title: string;
  readonly worst: string;
  readonly best: string;
  readonly comment: string;
  readonly send: string;
  readonly thanks: string;
  readonly change: string;
  readonly choose: string;
  readonly over: string;
  readonly direction?: 'rtl';
}

const WORDS: Readonly<Record<string, Words>> = {
  en: {
    ...{ title: 'How was it?', worst: 'very bad', best: 'very good', comment: 'Anything else? (optional)' },
    ...{ send: 'Send', thanks: 'Thank you!', change: 'Change my answer' },
    ...{ choose: 'Please choose one of the five.', over: 'This link is not valid, or no longer.' },
  },
  de: {
    ...{
      title: 'Wie war es?',
      worst: 'sehr schlecht',
      best: 'sehr gut',
      comment: 'Noch etwas? (freiwillig)',
    },
    ...{ send: 'Absenden', thanks: 'Vielen Dank!', change: 'Antwort ändern' },
    ...{ choose: 'Bitte wählen Sie eine der fünf.', over: 'Dieser Link ist nicht oder nicht mehr gültig.' },
  },
  fr: {
    ...{ title: 'Comment était-ce ?', worst: 'très mauvais', best: 'très bien' },
    ...{ comment: 'Autre chose ? (facultatif)', send: 'Envoyer', thanks: 'Merci !' },
    ...{ change: 'Modifier ma réponse', choose: 'Veuillez choisir une des cinq réponses.' },
    over: 'Ce lien n’est pas valide, ou ne l’est plus.',
  },
  es: {
    ...{ title: '¿Qué tal fue?', worst: 'muy mal', best: 'muy bien', comment: '¿Algo más? (opcional)' },
    ...{ send: 'Enviar', thanks: '¡Gracias!', change: 'Cambiar mi respuesta' },
    ...{ choose: 'Elija una de las cinco, por favor.', over: 'Este enlace no es válido o ha caducado.' },
  },
  it: {
    ...{ title: 'Com’è andata?', worst: 'molto male', best: 'molto bene', comment: 'Altro? (facoltativo)' },
    ...{ send: 'Invia', thanks: 'Grazie!', change: 'Cambia la mia risposta' },
    ...{ choose: 'Scelga una delle cinque risposte.', over: 'Questo link non è valido o è scaduto.' },
  },
  pt: {
    ...{
      title: 'Como foi?',
      worst: 'muito mau',
      best: 'muito bom',
      comment: 'Mais alguma coisa? (opcional)',
    },
    ...{ send: 'Enviar', thanks: 'Obrigado!', change: 'Alterar a minha resposta' },
    ...{ choose: 'Escolha uma das cinco, por favor.', over: 'Este link não é válido ou expirou.' },
  },
  nl: {
    ...{
      title: 'Hoe was het?',
      worst: 'heel slecht',
      best: 'heel goed',
      comment: 'Nog iets? (niet verplicht)',
    },
    ...{ send: 'Verzenden', thanks: 'Bedankt!', change: 'Mijn antwoord wijzigen' },
    ...{ choose: 'Kies een van de vijf.', over: 'Deze link is niet of niet meer geldig.' },
  },
  sv: {
    ...{
      title: 'Hur var det?',
      worst: 'mycket dåligt',
      best: 'mycket bra',
      comment: 'Något mer? (valfritt)',
    },
    ...{ send: 'Skicka', thanks: 'Tack!', change: 'Ändra mitt svar' },
    ...{ choose: 'Välj ett av de fem.', over: 'Länken är inte giltig, eller inte längre.' },
  },
  pl: {
    ...{
      title: 'Jak było?',
      worst: 'bardzo źle',
      best: 'bardzo dobrze',
      comment: 'Coś jeszcze? (opcjonalnie)',
    },
    ...{ send: 'Wyślij', thanks: 'Dziękujemy!', change: 'Zmień odpowiedź' },
    ...{ choose: 'Wybierz jedną z pięciu.', over: 'Ten link jest nieważny lub wygasł.' },
  },
  tr: {
    ...{ title: 'Nasıldı?', worst: 'çok kötü', best: 'çok iyi', comment: 'Başka bir şey? (isteğe bağlı)' },
    ...{ send: 'Gönder', thanks: 'Teşekkürler!', change: 'Yanıtımı değiştir' },
    ...{ choose: 'Lütfen beşinden birini seçin.', over: 'Bu bağlantı geçerli değil veya süresi doldu.' },
  },
  ar: {
    ...{ title: 'كيف كانت المحادثة؟', worst: 'سيئة جدًا', best: 'جيدة جدًا', comment: 'أي شيء آخر؟ (اختياري)' },
    ...{ send: 'إرسال', thanks: 'شكرًا لك!', change: 'تغيير إجابتي', direction: 'rtl' },
    ...{ choose: 'يرجى اختيار واحدة من الخمس.', over: 'هذا الرابط غير صالح أو انتهت صلاحيته.' },
  },
  ja: {
    ...{ title: 'いかがでしたか？', worst: 'とても悪い', best: 'とても良い', comment: 'その他（任意）' },
    ...{ send: '送信', thanks: 'ありがとうございました。', change: '回答を変更する' },
    ...{ choose: '5つのうち1つを選んでください。', over: 'このリンクは無効か、期限切れです。' },
  },
};

/** The words of the first language that is known: what the customer's browser asks for, then the team's own. */
export function wordsFor(
  accepted: string | undefined,
  ofTeam: string,
): { readonly language: string; readonly words: Words } {
  for (const language of [...languagesIn(accepted ?? ''), ofTeam, 'en']) {
    const [primary = ''] = language.toLowerCase().split('-');
    const words = Object.hasOwn(WORDS, primary) ? WORDS[primary] : undefined;
    if (words) return { language: primary, words };
  }
  throw new Error('there are no English words');
}

const MOST_LANGUAGES = 20;

// RFC 9110 12.5.4; who sends none of the languages that we know gets the team's.
function languagesIn(header: string): string[] {
  const ranges = header.split(',', MOST_LANGUAGES).map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { tag, weight: weight === undefined ? 1 : Number(weight) };
  });
  return ranges
    .filter(({ tag, weight }) => tag !== '' && tag !== '*' && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
