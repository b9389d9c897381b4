import { ActionIcon, Menu } from '@mantine/core';
import { Ellipsis, type LucideIcon } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

export interface RowAction {
  label: string;
  icon: LucideIcon;
  danger?: boolean;
  run: () => void;
}

/** What can be done with one entry of a table. */
export function RowMenu({ name, actions }: { name: string; actions: readonly RowAction[] }): React.ReactNode {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  if (actions.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon ref={button} variant="subtle" color="gray" aria-label={t('app.table.actionsFor', { name })}>
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label, icon: Icon, danger, run }) => (
          <Menu.Item
            key={label}
            c={danger ? 'var(--mantine-color-error)' : undefined}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => {
              // The menu is about to go: a dialog gives the focus back to what opened it.
              button.current?.focus();
              run();
            }}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
