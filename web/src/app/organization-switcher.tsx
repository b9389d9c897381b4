import { Button, Combobox, ScrollArea, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { useMe } from './use-me';

/** Says in which organization one is, and leads to others. */
export function OrganizationSwitcher({ current }: { current: number | undefined }): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const { data } = useQuery({
    queryKey: ['organizations', 'switcher', search],
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations', {
          params: { query: { size: 20, sort: 'name', search: search || undefined } },
        }),
      ),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
  });
  const { data: here } = useQuery({
    queryKey: ['organization', current, ['organization', 'members'], 'view'],
    queryFn: () =>
      answer(api.GET('/api/v1/organizations/{organizationId}', { params: { path: { organizationId: current ?? 0 } } })),
    enabled: current !== undefined,
  });
  const found = data?.content ?? me.organizations;
  return (
    <Combobox
      store={combobox}
      width={280}
      position="bottom-start"
      onOptionSubmit={(value) => {
        combobox.closeDropdown();
        if (value === 'new') void navigate({ to: '/organizations/new' });
        else
          void navigate({ to: '/organizations/$organizationId/dashboard', params: { organizationId: Number(value) } });
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <Button
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          px="xs"
          maw={{ base: 260, sm: 420 }}
          rightSection={<ChevronsUpDown size={16} aria-hidden />}
          onClick={() => combobox.toggleDropdown()}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          aria-label={`${t('app.switcher.label')}: ${here?.name ?? t('app.switcher.choose')}`}
        >
          <Text component="span" truncate fw={600}>
            {here?.name ?? t('app.switcher.choose')}
          </Text>
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          placeholder={t('app.switcher.search')}
          aria-label={t('app.switcher.search')}
        />
        <Combobox.Options aria-label={t('app.switcher.label')}>
          <ScrollArea.Autosize mah={280} type="scroll">
            {found.map(({ id, name }) => (
              <Combobox.Option key={id} value={String(id)} active={id === current}>
                <Text component="span" className="break" display="block" fw={id === current ? 600 : undefined}>
                  {name}
                </Text>
              </Combobox.Option>
            ))}
          </ScrollArea.Autosize>
          {found.length === 0 && <Combobox.Empty>{t('app.switcher.none')}</Combobox.Empty>}
          {me.mayCreateOrganizations && (
            <Combobox.Option value="new" c="var(--mantine-color-anchor)">
              {t('app.switcher.create')}
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
