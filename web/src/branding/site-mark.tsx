import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Mark } from '../app/mark';
import { useSite } from '../app/use-site';
import { Logo } from './logo';

/** Whose server it is: the name and logo that its administrator gave it, or the product's. */
export function SiteMark(): React.ReactNode {
  const { t } = useTranslation();
  const site = useSite();
  const name = site?.siteName ?? t('app.product');
  return (
    // Hidden until it is known: one name would turn into another.
    <Group gap={10} wrap="nowrap" miw={0} mih={34} style={{ visibility: site === undefined ? 'hidden' : undefined }}>
      {site?.logo ? <Logo logo={site.logo} alt="" /> : <Mark alt="" />}
      <Text component="span" fw={640} truncate>
        {name}
      </Text>
    </Group>
  );
}
