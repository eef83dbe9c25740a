import { onOneGateway } from '../../support/shop';

onOneGateway('what a team may be told to say', (stage) => {
  test.each([
    [{ closeMessage: 'Bye {{custmerName}}' }, 'closeMessage', 'there is no variable "custmerName"'],
    [{ welcomeMessage: { timeout: -1, text: 'Hi' } }, 'welcomeMessage.timeout', 'expected 0 or more'],
    [{ welcomeMessage: { timeout: 1 } }, 'welcomeMessage.text', 'it is required'],
    [{ emailRequest: { timeout: 1, text: '{{email}}' } }, 'emailRequest.text', 'no variable "email"'],
    [{ outOfHoursWhen: 'always' }, 'outOfHoursWhen', 'expected never, outsideWorkingHours or'],
    [{ satisfaction: { question: '' } }, 'satisfaction.question', 'must not be empty'],
    [{ satisfaction: { question: 'How?', choices: ['a', 'b'] } }, 'satisfaction.choices', 'expected 5'],
    [{ satisfaction: { question: 'How?', by: 'phone' } }, 'satisfaction.by', 'buttons or link'],
    [{ satisfaction: { question: 'How?', stars: 5 } }, 'satisfaction.stars', 'no such field'],
    [{ channels: { sms: { closeMesage: 'x' } } }, 'channels.sms.closeMesage', 'no such field'],
    [{ repeatAfterHours: 0 }, 'repeatAfterHours', 'expected 1 or more'],
    [{ language: 'not a language' }, 'language', 'expected a language'],
  ])('not %j', async (settings, paramName, message) => {
    const shop = await stage.shop();
    const { status, body } = await shop.api.put('/chat/config/teams/sales/settings', settings);

    expect(status).toBe(400);
    expect(body.validationFailures).toEqual([{ paramName, message: expect.stringContaining(message) }]);
  });

  test('what it was told is read again, with fields that only others know', async () => {
    const shop = await stage.shop();
    const settings = {
      ...{ closeMessage: 'Bye {{customerName|you}}', outOfHoursWhen: 'never', language: 'pt-BR' },
      ...{ satisfaction: { question: 'How?', by: 'link', afterMinutes: 5 }, theirOwn: { x: 1 } },
      channels: { sms: { welcomeMessage: null, closeMessage: 'Bye' } },
    };
    await shop.api.put('/chat/config/teams/sales/settings', settings);
    const { body } = await shop.api.get('/chat/config');

    expect(body.teams.find(({ teamId }: { teamId: string }) => teamId === 'sales').settings).toEqual(
      settings,
    );
  });
});
