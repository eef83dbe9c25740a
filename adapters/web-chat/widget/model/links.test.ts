import { piecesOf } from './links';

const linksIn = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? []);

test.each([
  '',
  'no link',
  'see https://a.example/b?c=d#e, or (www.a.example). ann@a.example!',
  'http://',
  'www.',
])('%j comes out as it went in, whatever is a link in it', (text) =>
  expect(
    piecesOf(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text),
);

test.each([
  ['https://a.example/b?c=d#e, and on', ['https://a.example/b?c=d#e']],
  ['(see www.a.example).', ['https://www.a.example/']],
  ['https://a.example/b_(c), https://a.example/(d)', ['https://a.example/b_(c)', 'https://a.example/(d)']],
  ['(https://a.example/b)', ['https://a.example/b']],
  ['write to ann.berger+shop@a.example.', ['mailto:ann.berger+shop@a.example']],
  ['HTTPS://A.EXAMPLE/B', ['https://a.example/B']],
  ['https://bücher.example/ä', ['https://xn--bcher-kva.example/%C3%A4']],
])('in %j it finds %j', (text, links) => expect(linksIn(text)).toEqual(links));

test.each([
  'javascript:alert(1)',
  'javascript://a.example/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'intent://a.example',
])('%j is no link', (text) => expect(linksIn(text)).toEqual([]));

test('a link never holds quotes or brackets of tags', () => {
  const [link = ''] = linksIn('https://a.example/"onmouseover=alert(1)//<img src=x onerror=alert(1)>');
  expect(link).toBe('https://a.example/');
});
