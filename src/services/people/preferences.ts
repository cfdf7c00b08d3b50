import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { addresses, people } from '../../db/schema.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { isZone } from '../../shared/time.ts';
import { languages } from '../../words/words.ts';
import type { Person } from './queries.ts';
import { noticeSorts } from './rules.ts';

const minuteOfDay = z
  .int()
  .min(0)
  .max(24 * 60 - 1);

/** The longest time before a session of which one can be told, in minutes. */
export const longestRemind = 120;

/** How the bot writes first to somebody, and in which zone they live. What is left out stays as it is; null is none. */
const preferences = z
  .object({
    zone: z.string().refine(isZone).nullable(),
    muted: z.array(z.enum(noticeSorts)),
    /** Minutes after midnight, in their zone. */
    quiet: z
      .object({ from: minuteOfDay, to: minuteOfDay })
      .refine(({ from, to }) => from !== to)
      .nullable(),
    remind: z.int().min(1).max(longestRemind).nullable(),
    language: z.enum(languages).nullable(),
  })
  .partial();
export type Preferences = z.infer<typeof preferences>;

/**
 * Sets the actor's preferences. Refuses: not_signed_in; invalid: zone (no such zone), muted, quiet (no two different times), quiet_zone
 * (hours without a zone to read them in), remind (not 1 to 120), language (not one that the bot speaks).
 */
export async function prefer(ctx: Ctx, person: Person | undefined, raw: unknown): Promise<Result<null>> {
  if (!person || person.id !== ctx.actor.personId) return refuse('forbidden', 'not_signed_in');
  const read = preferences.safeParse(raw);
  if (!read.success) {
    const fields = new Set(read.error.issues.map(({ path }) => String(path[0])));
    return invalid([...fields].map((field) => ({ field, code: field, data: { max: longestRemind } })));
  }
  const { quiet, muted, ...rest } = read.data;
  const zone = rest.zone === undefined ? person.zone : rest.zone;
  const hours = quiet === undefined ? person.quietFrom !== null : quiet !== null;
  if (hours && !zone) return invalid([{ field: 'zone', code: 'quiet_zone' }]);
  await ctx.db
    .update(people)
    .set({
      ...rest,
      ...(muted && { muted: [...new Set(muted)] }),
      ...(quiet !== undefined && { quietFrom: quiet?.from ?? null, quietTo: quiet?.to ?? null }),
      zone,
    })
    .where(eq(people.id, person.id));
  return ok(null);
}

/**
 * Sets in which language the bot talks: to a person wherever they are linked, to an address that nobody has proved to be theirs there.
 * Refuses: invalid: language.
 */
export async function speak(ctx: Ctx, person: Person | undefined, language: string): Promise<Result<null>> {
  if (person) return prefer(ctx, person, { language });
  if (!languages.includes(language)) return invalid([{ field: 'language', code: 'language' }]);
  await ctx.db
    .update(addresses)
    .set({ language })
    .where(eq(addresses.id, ctx.actor.addressId ?? 0));
  return ok(null);
}

/** Zones that a text can mean: by its name, by the city's, or by the beginning of that; IANA's names, in their order. */
export function zonesNamed(text: string): string[] {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '_');
  if (!/[a-z]/.test(wanted)) return [];
  const zones = Intl.supportedValuesOf('timeZone');
  const city = (zone: string) => zone.split('/').at(-1)!.toLowerCase();
  const exact = zones.filter((zone) => zone.toLowerCase() === wanted || city(zone) === wanted);
  if (exact.length > 0) return exact;
  // Names that are not in the list all the same: aliases such as UTC, or Asia/Calcutta.
  if (isZone(text.trim())) return [text.trim()];
  return zones.filter((zone) => city(zone).startsWith(wanted) || zone.toLowerCase().startsWith(wanted));
}
