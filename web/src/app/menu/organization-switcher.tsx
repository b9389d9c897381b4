import { Button, Combobox, ScrollArea, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../../api/client';
import { useDetails } from '../organization-mark';
import { useMe } from '../use-me';

/** Says in which organization one is, and leads to others. */
export function OrganizationSwitcher({ current }: { current: number | undefined }): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const found = useFound(typed, combobox.dropdownOpened);
  const here = useDetails(current)?.name ?? t('app.switcher.choose');
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
          // A long name is cut at its end.
          styles={{ root: { minWidth: 0 }, inner: { minWidth: 0 }, label: { minWidth: 0 } }}
          rightSection={<ChevronsUpDown size={16} aria-hidden />}
          onClick={() => combobox.toggleDropdown()}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          aria-label={`${t('app.switcher.label')}: ${here}`}
        >
          <Text component="span" truncate fw={600}>
            {here}
          </Text>
        </Button>
      </Combobox.Target>
      <Choice typed={typed} onType={setTyped} found={found} current={current} />
    </Combobox>
  );
}

interface ChoiceProps extends OptionsProps {
  typed: string;
  onType: (text: string) => void;
}

/** The search, and the organizations that it leaves. */
function Choice({ typed, onType, ...options }: ChoiceProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Combobox.Dropdown>
      <Combobox.Search
        value={typed}
        onChange={({ currentTarget }) => onType(currentTarget.value)}
        placeholder={t('app.switcher.search')}
        aria-label={t('app.switcher.search')}
      />
      <Options {...options} />
    </Combobox.Dropdown>
  );
}

interface OptionsProps {
  found: readonly { id: number; name: string }[];
  current: number | undefined;
}

function Options({ found, current }: OptionsProps): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Combobox.Options aria-label={t('app.switcher.label')}>
      <ScrollArea.Autosize mah={280} type="scroll">
        {found.map((each) => (
          <Option key={each.id} {...each} isCurrent={each.id === current} />
        ))}
      </ScrollArea.Autosize>
      {found.length === 0 && <Combobox.Empty>{t('app.switcher.none')}</Combobox.Empty>}
      {me.mayCreateOrganizations && (
        <Combobox.Option value="new" c="var(--mantine-color-anchor)">
          {t('app.switcher.create')}
        </Combobox.Option>
      )}
    </Combobox.Options>
  );
}

/** The organizations whose names match, or one's own until they are found. */
function useFound(typed: string, enabled: boolean): readonly { id: number; name: string }[] {
  const me = useMe();
  const [search] = useDebouncedValue(typed.trim(), 200);
  const { data } = useQuery({
    queryKey: ['organizations', 'switcher', search],
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations', {
          params: { query: { size: 20, sort: 'name', search: search || undefined } },
        }),
      ),
    enabled,
    placeholderData: keepPreviousData,
  });
  return data?.content ?? me.organizations;
}

interface OptionProps {
  id: number;
  name: string;
  isCurrent: boolean;
}

function Option({ id, name, isCurrent }: OptionProps): React.ReactNode {
  return (
    <Combobox.Option value={String(id)} active={isCurrent}>
      <Text component="span" className="break" display="block" fw={isCurrent ? 600 : undefined}>
        {name}
      </Text>
    </Combobox.Option>
  );
}
