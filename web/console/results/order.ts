import type { ResultRow } from '../../../src/core/indicators/types.ts';

/** How the table is ordered, as the address says it: `awareness.rate.desc`, `open.asc`; none is unit order. */
export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

export function parseOrder(text: string | null): Order | null {
  const match = /^(.+)\.(asc|desc)$/.exec(text ?? '');
  return match?.[1] ? { column: match[1], descending: match[2] === 'desc' } : null;
}

/** First press: highest first; second: lowest first; third: back to unit order. */
export function nextOrder(order: Order | null, column: string): string | null {
  if (order?.column !== column) return `${column}.desc`;
  return order.descending ? `${column}.asc` : null;
}

/** Ordered copies; rows without a figure always come last, in either direction. */
export function orderRows(rows: readonly ResultRow[], order: Order | null): readonly ResultRow[] {
  if (!order) return [...rows].sort((a, b) => a.unit.code.localeCompare(b.unit.code));
  const valued = rows.map((row) => ({ row, value: sortValue(row, order.column) }));
  return valued
    .sort((a, b) => {
      const byCode = a.row.unit.code.localeCompare(b.row.unit.code);
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null) || byCode;
      return (order.descending ? b.value - a.value : a.value - b.value) || byCode;
    })
    .map(({ row }) => row);
}

function sortValue(row: ResultRow, column: string): number | null {
  if (column === 'completes') return row.completes;
  if (column === 'open') return row.openWeb;
  const cut = column.lastIndexOf('.');
  const figure = row.figures[column.slice(0, cut)];
  if (!figure) return null;
  switch (column.slice(cut + 1)) {
    case 'rate':
      return figure.estimate?.share ?? null;
    case 'change':
      return figure.change.printed;
    case 'base':
      return figure.estimate?.base ?? null;
    default:
      return null;
  }
}
