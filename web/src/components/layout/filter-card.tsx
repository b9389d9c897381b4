import { Badge, Box, Button, Card, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { SlidersHorizontal } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './filter-card.module.css';

interface Props {
  /** What the filters narrow, for those who do not see the page. */
  label: string;
  /** How many filters narrow it. */
  active: number;
  /** What is done with what the filters leave. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The filters of a page. On a phone they stand behind a button, so that what they leave comes first. */
export function FilterCard({ label, active, actions, children }: Props): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <div>
      <Group hiddenFrom="sm" justify="space-between" gap="sm" mb={opened ? 'sm' : 0}>
        <Button
          variant="default"
          leftSection={<SlidersHorizontal size={16} aria-hidden />}
          rightSection={
            active > 0 && (
              <Badge size="sm" circle aria-hidden>
                {active}
              </Badge>
            )
          }
          aria-label={active > 0 ? t('show.filtersActive', { count: active }) : undefined}
          aria-expanded={opened}
          aria-controls={id}
          onClick={toggle}
        >
          {t('show.filters')}
        </Button>
        {actions}
      </Group>
      <Card component="section" id={id} className={classes.card} aria-label={label} padding="md" mod={{ opened }}>
        {children}
        {actions && (
          <Box visibleFrom="sm">
            <Group mt="sm" justify="flex-end">
              {actions}
            </Group>
          </Box>
        )}
      </Card>
    </div>
  );
}
