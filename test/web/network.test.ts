import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { networks } from '../../src/web/network.ts';

/** A site behind a proxy of this computer, which says under / where it takes a request to come from. */
function behind(baseUrl = 'https://events.example.org') {
  const seen = { warned: 0, now: 0 };
  const network = networks(
    baseUrl,
    () => seen.warned++,
    () => seen.now,
  );
  const app = express().set('trust proxy', 1);
  app.get('/', (req, res) => void res.json(network(req) ?? null));
  const from = async (address?: string, headers: Record<string, string> = {}) => {
    const asked = request(app).get('/').set(headers);
    return (await (address ? asked.set('X-Forwarded-For', address) : asked)).body as string | null;
  };
  return { seen, from, visitor: (n = 1) => from(`203.0.113.${n}`) };
}

const browser = { 'Accept-Language': 'de-AT,de;q=0.7' };

describe('where people come from, behind a proxy', () => {
  it('stays known when programs of the same computer look whether the site is up', async () => {
    const { seen, from, visitor } = behind();
    // Before anybody came, nothing else is known.
    for (let n = 0; n < 5; n++) expect(await from()).toBe(null);
    expect(seen.warned).toBe(1);
    for (let n = 0; n < 5; n++) await visitor();
    expect(await visitor()).toBe('203.0.113.1');
    for (let n = 2; n < 30; n++) {
      expect(await visitor(n)).toBe(`203.0.113.${n}`);
      if (n % 2) expect(await from(undefined, { 'Accept-Language': '*' })).toBe(null);
    }
    expect(seen.warned).toBe(1);
  });

  it('is not known for an hour after a browser came without a word, whoever writes that word themselves', async () => {
    const { seen, from, visitor } = behind();
    expect(await visitor()).toBe('203.0.113.1');
    expect(await from(undefined, browser)).toBe(null);
    for (let n = 0; n < 50; n++) expect(await visitor(n)).toBe(null);
    expect(seen.warned).toBe(1);
    seen.now = 3_600_001;
    expect(await visitor()).toBe('203.0.113.1');
    // It is said again when it happens again.
    expect([await from(undefined, browser), await visitor()]).toEqual([null, null]);
    expect(seen.warned).toBe(2);
  });

  it('is this computer where the site is for this computer alone, and there is no proxy', async () => {
    const { seen, from } = behind('http://localhost:3000');
    expect([await from(undefined, browser), await from()]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(seen.warned).toBe(0);
  });
});
