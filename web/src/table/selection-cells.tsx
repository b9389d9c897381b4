import { Button, Checkbox, Group, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './server-table.module.css';
import type { Selection } from './use-selection';

/** The entries of the page, and which of them are selected. */
export interface Selecting<T> {
  selection: Selection<T>;
  shown: readonly T[];
  /** What an entry is called, for those who do not see its row. */
  nameOf: (row: T) => string;
}

/** The head of the column of checkboxes: all of the page, or none. */
export function SelectAllCell<T>(selecting: Selecting<T>): ReactNode {
  return (
    <Table.Th role="columnheader" scope="col" className={classes.select}>
      <SelectAll {...selecting} />
    </Table.Th>
  );
}

export function SelectAll<T>({ selection, shown }: Selecting<T>): ReactNode {
  const { t } = useTranslation();
  const count = shown.filter(selection.has).length;
  return (
    <Checkbox
      size="xs"
      aria-label={t('app.table.selectAll')}
      checked={count > 0 && count === shown.length}
      indeterminate={count > 0 && count < shown.length}
      onChange={() => selection.toggleAll(shown)}
    />
  );
}

export function SelectCell<T>({ row, selection, shown, nameOf }: Selecting<T> & { row: T }): ReactNode {
  const { t } = useTranslation();
  return (
    <Table.Td role="cell" className={classes.select}>
      <Checkbox
        size="xs"
        aria-label={t('app.table.select', { name: nameOf(row) })}
        checked={selection.has(row)}
        // The keyboard's space bar is a click, too.
        onClick={({ shiftKey }) => selection.toggle(row, shown, shiftKey)}
        onChange={() => undefined}
      />
    </Table.Td>
  );
}

/** How many are selected, and what can be done with them. */
export function SelectionBar<T>({ selection, children }: { selection: Selection<T>; children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group className={classes.selection} gap="sm" role="region" aria-label={t('app.table.selection')}>
      <Text size="sm" fw={550} role="status">
        {t('app.table.selected', { count: selection.rows.length })}
      </Text>
      {children}
      <Button size="compact-sm" variant="subtle" onClick={selection.clear}>
        {t('app.table.selectNone')}
      </Button>
    </Group>
  );
}
