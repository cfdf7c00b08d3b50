import { setTimeout as sleep } from 'node:timers/promises';
import type { Session as Stream } from 'better-sse';
import { publicEvent } from '../../services/events/queries.ts';
import { gridOf } from '../../services/grid/queries.ts';
import type { Site } from '../http.ts';
import { liveOn } from '../live.ts';
import { renderPart } from '../render.ts';
import { type CellView, cellViews, cellWords, revisionOf, shapeOf } from '../view/schedule/cells.ts';

type Event = { id: number; slug: string };
/** What all open pages of a grid show. */
type Board = { revision: string; shape: string; cells: Map<string, CellView> };
/** A cell as an open page gets it. */
type Sent = { key: string; html: string; number: number; tags: string[]; text: string };

/** A page that is open: `seen` is the revision it shows; `end` when the server stops. */
export type Follow = (event: Event, stream: Stream, seen: string, end: () => void) => void;

/** Several changes within this many milliseconds are read once. */
const together = 60;

/**
 * One board a grid that anybody looks at, however many they are: it is read once a change, and what changed is put
 * together once for all of them.
 */
export function liveBoards(site: Site): Follow {
  const failed = (error: unknown) => site.log.warn({ err: error }, 'an open grid could not be read');
  const live = liveOn(site.listener, 'grid_changed', site.stopping, failed);
  const open = new Map<number, ReturnType<typeof openBoard>>();
  return (event, stream, seen, end) => {
    const board = open.get(event.id) ?? openBoard(event);
    open.set(event.id, board);
    board.join(stream, seen, end);
    stream.once('disconnected', () => {
      if (board.leave(stream) > 0) return;
      board.close();
      if (open.get(event.id) === board) open.delete(event.id);
    });
  };

  function openBoard(event: Event) {
    const pages = new Map<Stream, { seen: string; end: () => void }>();
    let board: Board | undefined;
    const look = async () => {
      await sleep(together);
      const before = board;
      board = (await readBoard(site, event.slug)) ?? before;
      if (!board) return;
      const isNew = before && board.revision !== before.revision;
      const news = isNew && { revision: board.revision, cells: sent(board, before) };
      for (const [stream, { seen }] of pages) {
        if (news && seen === before.revision) give(stream, board, news);
        else catchUp(stream, board, seen);
      }
    };
    const endAll = () => {
      for (const page of pages.values()) page.end();
    };
    const { again, stop: close } = live(String(event.id), look, endAll);
    return {
      join(stream: Stream, seen: string, end: () => void) {
        pages.set(stream, { seen, end });
        // The page may be older than the board, or newer where a change is not told here yet: what is there now says which.
        if (board && seen !== board.revision) again();
      },
      leave(stream: Stream): number {
        pages.delete(stream);
        return pages.size;
      },
      close,
    };

    function catchUp(stream: Stream, now: Board, seen: string) {
      if (seen === now.revision) return;
      give(stream, now, { revision: now.revision, cells: sent(now) });
    }
    function give(stream: Stream, now: Board, news: { revision: string; cells: Sent[] }) {
      const page = pages.get(stream);
      if (page) page.seen = now.revision;
      if (stream.isConnected) stream.push({ ...news, shape: now.shape }, 'cells', now.revision);
    }
  }
}

async function readBoard(site: Site, slug: string): Promise<Board | undefined> {
  const event = await publicEvent(site.db, slug);
  if (!event) return undefined;
  const grid = await gridOf(site.db, event.id);
  const cells = cellViews(event, grid, grid.slots);
  return { cells, shape: shapeOf(grid), revision: revisionOf(grid) };
}

/** The cells that are not as they were; all of them for a page of which that is not known. */
const sent = (now: Board, before?: Board): Sent[] =>
  [...now.cells.values()]
    .filter((cell) => JSON.stringify(cell) !== JSON.stringify(before?.cells.get(cell.key)))
    .map((cell) => ({
      key: cell.key,
      html: renderPart('schedule/live-cell', { cell, starred: false, choice: undefined, words: cellWords }),
      number: cell.session?.number ?? 0,
      tags: cell.session?.tags ?? [],
      text: [cell.where, cell.session?.title].filter(Boolean).join(': '),
    }));
