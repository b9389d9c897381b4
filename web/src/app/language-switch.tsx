import { Button, Menu } from '@mantine/core';
import { Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages } from '../language';

/** Changes the language of this browser. */
export function LanguageSwitch(): React.ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          c="dimmed"
          leftSection={<Languages size={16} aria-hidden />}
          aria-label={`${t('app.userMenu.language')}: ${languages[i18n.language as Language]}`}
        >
          {languages[i18n.language as Language]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(languages).map(([key, name]) => (
          <Menu.Item key={key} lang={key} onClick={() => void chooseLanguage(key as Language)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
