import { browserProgram, missingProgram, startBrowser, until } from 'real-components'
import t, { type Test } from 'tap'
import { lowContrast } from './contrast.js'
import { liveAgent, sendTraffic, type LiveAgent } from './live-agent.js'

type Browser = Awaited<ReturnType<typeof startBrowser>>
type Page = Awaited<ReturnType<Browser['newPage']>>

const skip = missingProgram('serf', 'haproxy', browserProgram)
const hostileName = '<img src=x onerror=alert(1)>'

/** Opens the page of the agent. Any error in the page fails the test. */
async function openPage(
  t: Test,
  { browser, live }: { browser: Browser; live: LiveAgent },
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  t.teardown(() => context.close())
  page.on('pageerror', error => t.fail(`an error in the page: ${error.message}`))
  page.on('console', message => {
    if (/Security Policy/.test(message.text())) t.fail(message.text())
  })
  page.on('dialog', dialog => t.fail(`a script of a member ran: ${dialog.message()}`))
  await page.goto(live.url)
  await page.getByRole('status').filter({ hasText: 'following' }).waitFor()
  return page
}

t.test('the page of a real agent', { skip, timeout: 300_000 }, async t => {
  const live = await liveAgent(t, 'reconcileMs: 500')
  const browser = await startBrowser(t)
  const scene = { browser, live }
  const s1 = await live.member('s1')
  await live.member('s2', { note: '</script><script>alert(2)</script>' })
  await live.member(hostileName)
  const stopTraffic = sendTraffic(live.front)
  t.teardown(stopTraffic)
  const page = await openPage(t, scene)
  const tile = (name: string) =>
    page.locator('.tile', { has: page.getByText(name, { exact: true }) })

  await t.test('pools, servers, members and traffic are shown', async t => {
    await tile('s1').getByText('UP', { exact: true }).waitFor()
    await tile('s2').getByText('UP', { exact: true }).waitFor()
    t.match(await tile('s1').textContent(), `${s1.address}:`)
    await page.getByText('2 of 2 servers up').waitFor()
    await until('a rate', async () =>
      /[1-9][\d.]* \/s/.test((await tile('s1').textContent()) ?? ''),
    )
    const row = page.locator('#members .row', { hasText: 'lb' })
    t.match(await row.textContent(), /not selected/)
    await page.locator('#timeline .row', { hasText: 's1' }).first().waitFor()
    await page.locator('#generations a').first().click()
    await page.getByText('The difference is shown after Unlock').waitFor()
    t.equal(await page.locator('.diff').count(), 0, 'text of a configuration')
    await page.goBack()
    await tile('s1').waitFor()
  })

  await t.test('the name of a member is shown as text', async t => {
    const row = page.locator('#members .row', { hasText: hostileName })
    await row.waitFor()
    t.match(await row.textContent(), /quarantined/)
    await row.getByRole('link').click()
    await page.getByRole('heading', { name: hostileName }).waitFor()
    await page.goBack()
    await row.waitFor()
    t.equal(await page.locator('img').count(), 1, 'the page’s own')
    t.equal(await page.locator('body script').count(), 0)
    page.removeAllListeners('console')
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = '<b>text</b>'
        return false
      } catch {
        return true
      }
    })
    t.ok(refused, 'the browser takes no text for HTML')
  })

  await t.test('all controls can be used with the keyboard', async t => {
    const focused = () => page.evaluate(() => document.activeElement?.className)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.reload()
    await tile('s1').waitFor()
    await page.keyboard.press('Tab')
    t.equal(await focused(), 'skip')
    await page.keyboard.press('Enter')
    t.equal(await page.evaluate(() => document.activeElement?.id), 'pools-title')
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate(() => document.activeElement?.textContent), 'nodes', 'the pool')
    await page.keyboard.press('Tab')
    t.equal(await focused(), 'tile')
    await page.keyboard.press('Enter')
    const steps = page.locator('.steps')
    await steps.waitFor()
    t.equal(await focused(), 'title', 'a screen reader reads the title of the new view')
    const words = (await steps.textContent()) ?? ''
    for (const step of ['seen by Serf', 'admitted', 'applied', 'first healthy', 'first request'])
      t.match(words, step)
    await page.goBack()
    await steps.waitFor({ state: 'detached' })
    t.equal(await focused(), 'tile', 'and the focus is back')
    for (const role of ['banner', 'main', 'complementary'] as const)
      t.equal(await page.getByRole(role).count(), 1, `a screen reader finds ${role}`)
    t.equal(await page.getByRole('heading', { level: 1 }).count(), 1)
  })

  await t.test('a phone shows the page without horizontal scrolling', async t => {
    const phone = await openPage(t, scene, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
    })
    await phone.locator('.tile').first().waitFor()
    const width = () => phone.evaluate(() => document.documentElement.scrollWidth)
    t.equal(await width(), 390)
    await phone.locator('.tile').first().click()
    await phone.locator('.steps').waitFor()
    t.equal(await width(), 390)
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`every text has enough contrast in the ${colorScheme} theme`, async t => {
      const themed = await openPage(t, scene, { colorScheme })
      await themed.locator('.tile').first().waitFor()
      t.same(await themed.evaluate(lowContrast, 4.5), [])
      await themed.locator('.tile').first().click()
      await themed.locator('.steps').waitFor()
      t.same(await themed.evaluate(lowContrast, 4.5), [])
      await themed.getByRole('link', { name: 'Overview' }).click()
      await themed.locator('#generations a').first().click()
      await themed.getByText('The difference is shown').waitFor()
      t.same(await themed.evaluate(lowContrast, 4.5), [])
    })
  }

  await t.test('changes and differences need the token', async () => {
    const unlock = async (token: string) => {
      await page.getByRole('button', { name: 'Unlock' }).click()
      await page.getByLabel('Token').fill(token)
      await page.keyboard.press('Enter')
    }
    await unlock('a-wrong-token-of-some-length')
    await page.getByRole('button', { name: 'Freeze' }).click()
    await page.getByRole('button', { name: 'Yes' }).click()
    await page.getByText('got a wrong token').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await unlock(live.token)
    await page.getByRole('button', { name: 'Freeze' }).click()
    await page.getByRole('button', { name: 'Yes' }).click()
    await page.locator('#notices').getByText('changes are not applied').waitFor()
    await page.getByText('Pending change').waitFor()
    await page.getByText('Nothing would change').first().waitFor()
    await page.getByRole('button', { name: 'Thaw' }).click()
    await page.getByRole('dialog').getByText('Nothing would change').waitFor()
    await page.getByRole('button', { name: 'Yes' }).click()
    await page.locator('#mode', { hasText: 'following' }).waitFor()
    await page.locator('#generations a').first().click()
    await page
      .locator('.diff .added', { hasText: /server s/ })
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Roll back' }).waitFor()
    await page.goBack()
  })

  await t.test(
    'the page shows that the agent has stopped, and reconnects when it is back',
    async t => {
      await live.kill()
      await page.getByText('The agent does not answer.').waitFor()
      t.match(await tile('s1').textContent(), /UP/, 'and shows what was so')
      await live.start()
      await page.getByText('The agent does not answer.').waitFor({ state: 'detached' })
      await page.locator('#mode', { hasText: 'following' }).waitFor()
      const { startedAt } = await live.state()
      const oldest = page.locator('#timeline time').last()
      await until('the timeline of the new run', async () => {
        const at = await oldest.getAttribute('datetime').catch(() => null)
        return at !== null && Date.parse(at) >= startedAt
      })
    },
  )

  await t.test('a suspect member is shown and drained until it answers again', async t => {
    t.teardown(() => s1.process.kill('SIGCONT'))
    const suspicion = page
      .locator('#members .row', { hasText: 's1' })
      .getByText(/suspect/)
      .first()
    const isShown = () =>
      suspicion.waitFor({ timeout: 20_000 }).then(
        () => true,
        () => false,
      )
    const back = () =>
      until('it to be back', async () => (await tile('s1').getAttribute('data-tone')) === 'good')
    s1.process.kill('SIGSTOP')
    // A suspicion lasts four seconds before Serf calls the member failed: a busy machine can miss it.
    for (let retries = 2; !(await isShown()) && retries > 0; retries--) {
      s1.process.kill('SIGCONT')
      await back()
      s1.process.kill('SIGSTOP')
    }
    t.equal(await tile('s1').getAttribute('data-tone'), 'warn')
    s1.process.kill('SIGCONT')
    await back()
  })

  await t.test('the log has a line for each decision, and no secret', async t => {
    const lines = live
      .log()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { level: string; time: string; text: string; kind?: string })
    for (const { level, time, text } of lines) {
      t.match(level, /^(?:debug|info|warn|error)$/)
      t.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      t.ok(text.length > 0)
    }
    t.ok(lines.some(({ kind }) => kind === 'decision'))
    t.ok(lines.some(({ kind }) => kind === 'outcome'))
    t.notMatch(live.log(), live.token)
  })
})
