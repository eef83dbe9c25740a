import { ConversationBuilder } from '@comapi/sdk-js-foundation';
import { until } from '../../support/until';
import { onEachAppGateway } from './app-world';

onEachAppGateway('profiles of an app', (stage) => {
  it('one changes one’s own, and every device of one’s own hears of it', async () => {
    const shop = await stage.shop();
    const [phone, tablet] = [await shop.install('ada'), await shop.install('ada')];
    await tablet.listen();
    const { profile } = phone.sdk.services;
    await profile.getMyProfile();
    const changed = await profile.updateMyProfile({ firstName: 'Ada', colour: 'blue', name: 'Ada L' });
    expect(changed).toMatchObject({ id: 'ada', firstName: 'Ada', colour: 'blue', name: 'Ada L' });
    const heard = await until(() => tablet.heard('profileUpdated')[0]);
    expect(heard).toMatchObject({
      profile: { id: 'ada', firstName: 'Ada', name: 'Ada L' },
      eTag: expect.any(String),
    });
    const read = await profile.getProfile('ada');
    expect(read.headers.etag).toBe(heard.eTag);

    // Unlike the other call, this one leaves the tag out unless it is told.
    const patched = await profile.patchMyProfile({ colour: 'red' }, true);
    expect(patched).toMatchObject({ firstName: 'Ada', colour: 'red' });
    const replaced = await profile.updateMyProfile({ firstName: 'Ada' });
    expect(replaced.colour).toBeUndefined();
    expect((await shop.api.get('/profiles/ada')).body).toMatchObject({ firstName: 'Ada' });
  });

  it('a change of what one did not read is refused: the tag is stale', async () => {
    const shop = await stage.shop();
    const [phone, tablet] = [await shop.install('ada'), await shop.install('ada')];
    await phone.sdk.services.profile.getMyProfile();
    await tablet.sdk.services.profile.getMyProfile();
    await phone.sdk.services.profile.updateMyProfile({ colour: 'blue' });
    await expect(tablet.sdk.services.profile.updateMyProfile({ colour: 'red' })).rejects.toMatchObject({
      statusCode: 412,
    });
    await expect(tablet.sdk.services.profile.patchMyProfile({ colour: 'red' }, true)).rejects.toMatchObject({
      statusCode: 412,
    });
    await tablet.sdk.services.profile.getMyProfile();
    expect(await tablet.sdk.services.profile.updateMyProfile({ colour: 'red' })).toMatchObject({
      colour: 'red',
    });
  });

  it('others see what everybody may see, and strangers nothing', async () => {
    const shop = await stage.shop();
    const [ada, bo, eve] = [await shop.install('ada'), await shop.install('bo'), await shop.install('eve')];
    await ada.sdk.services.profile.updateMyProfile({ firstName: 'Ada', email: 'ada@example.com' }, false);
    await bo.sdk.startSession();
    await ada.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den').withUsers(['bo']),
    );
    const seen = (await bo.sdk.services.profile.getProfile('ada')).response;
    expect(seen).toMatchObject({ id: 'ada', firstName: 'Ada' });
    expect(seen.email).toBeUndefined();
    await expect(eve.sdk.services.profile.getProfile('ada')).rejects.toMatchObject({ statusCode: 404 });
    await expect(bo.sdk.services.profile.updateProfile('ada', { firstName: 'X' })).rejects.toMatchObject({
      statusCode: 403,
    });
    const found = async (query: string) =>
      (await bo.sdk.services.profile.queryProfiles(query)).response.map((one: { id: string }) => one.id);
    expect(await found('firstName=Ada')).toEqual(['ada']);
    expect(await found('email=ada@example.com')).toEqual([]);
    expect((await found('')).sort()).toEqual(['ada', 'bo']);
    expect((await eve.sdk.services.profile.queryProfiles()).response).toHaveLength(1);
  });

  it('what a profile cannot be is refused', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const api = shop.as(ada);
    for (const body of ['[]', '"x"', '{"name":7}', '{"id":"bo"}', '{"a":"\\u0000"}', 'not json'])
      expect([body, (await api.put('/profiles/ada', body)).status]).toEqual([body, 400]);
    expect((await api.put('/profiles/ada', { note: 'x'.repeat(100_000) })).status).toBe(413);
    expect((await api.get('/profiles/ada')).body.note).toBeUndefined();
  });
});
