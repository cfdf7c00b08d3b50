import { and, eq, isNotNull, lt, notInArray } from 'drizzle-orm';
import type { Actor, Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, images } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { readPicture } from '../../shared/image.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { maySee, organisesAny } from '../organising/rules.ts';
import { lockManaged, set } from './changing.ts';
import type { Event } from './queries.ts';

/** In bytes. */
export const largestImage = 3_000_000;
/** Of its width and of its height, in pixels: a small file may unpack to what no phone can show. */
export const widestImage = 8_000;

/**
 * Keeps an image (PNG, JPEG or WebP of at most 3 MB) that no event shows yet, so that a form that is refused need not ask for the file
 * again. What a camera wrote into it is left out. Refuses: not_organiser, invalid.
 */
export async function keepImage(ctx: Ctx, file: Buffer): Promise<Result<{ id: number }>> {
  if (!organisesAny(ctx.actor)) return refuse('forbidden', 'not_organiser');
  const picture = file.length > largestImage ? undefined : readPicture(file);
  if (!picture)
    return invalid([{ field: 'image', code: file.length > largestImage ? 'image_large' : 'image' }]);
  const { type, width, height, bytes } = picture;
  if (Math.max(width, height) > widestImage)
    return invalid([{ field: 'image', code: 'image_wide', data: { max: widestImage, width, height } }]);
  // What was kept for a form that nobody sent again, or replaced by another.
  const yesterday = new Date(ctx.now().getTime() - 24 * 3600 * 1000);
  const shown = ctx.db.select({ id: events.imageId }).from(events).where(isNotNull(events.imageId));
  await ctx.db.delete(images).where(and(lt(images.createdAt, yesterday), notInArray(images.id, shown)));
  const [image] = await ctx.db
    .insert(images)
    .values({ type, bytes, createdAt: ctx.now() })
    .returning({ id: images.id });
  return ok(image!);
}

type Image = { type: string; bytes: Buffer; public: boolean };

/**
 * The image of that number for whoever asks. Numbers can be counted through: one that no public event shows is there for those alone
 * who may see the draft, and one that was only sent so far for organisers.
 */
export async function imageFor(run: Run, actor: Actor, id: number): Promise<Image | undefined> {
  const rows = await shownBy(run, id);
  const isPublic = rows.some((one) => one.state !== null && one.state !== 'draft');
  if (!rows[0] || !(isPublic || seesDraft(actor, rows))) return undefined;
  const [image] = await run.select().from(images).where(eq(images.id, id));
  return image && { type: image.type, bytes: image.bytes, public: isPublic };
}

/** Whether the actor may put the image on an event: it is there, and no draft of others shows it. It stays then. */
export async function holdImage(tx: Run, actor: Actor, id: number): Promise<boolean> {
  const held = await tx.select({ id: images.id }).from(images).where(eq(images.id, id)).for('key share');
  if (held.length === 0) return false;
  const rows = await shownBy(tx, id);
  return rows.some((one) => one.state !== null && one.state !== 'draft') || seesDraft(actor, rows);
}

type Shown = { eventId: number | null; state: string | null };

/** The events that show the image; one row with nulls for an image that none does, none for no image. */
const shownBy = (run: Run, id: number): Promise<Shown[]> =>
  run
    .select({ eventId: events.id, state: events.state })
    .from(images)
    .leftJoin(events, eq(events.imageId, images.id))
    .where(eq(images.id, id))
    .limit(50);

const seesDraft = (actor: Actor, rows: Shown[]): boolean =>
  rows.some(({ eventId }) => (eventId === null ? organisesAny(actor) : maySee(actor, eventId)));

/** Sets the event's image, given as a file or as one that was kept, or takes it away. Refuses: event_unknown, not_organiser, invalid. */
export async function setImage(
  ctx: Ctx,
  slug: string,
  image: Buffer | number | null,
): Promise<Result<Event>> {
  const kept = Buffer.isBuffer(image)
    ? await keepImage(ctx, image)
    : ok(image === null ? null : { id: image });
  if (!kept.ok) return kept;
  return transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    const imageId = kept.value?.id ?? null;
    if (imageId === found.value.imageId) return ok(found.value);
    if (imageId !== null && !(await holdImage(tx, ctx.actor, imageId)))
      return invalid([{ field: 'image', code: 'image_gone' }]);
    return ok(await set(tx, found.value, { imageId }, ctx.now()));
  });
}
