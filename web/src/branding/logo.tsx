import { Box } from '@mantine/core';
import type { LogoView } from '../../generated/api';
import { serverRoot } from '../api/client';

interface Props {
  logo: LogoView;
  /** An organization; absent: the server's own. */
  organizationId?: number | undefined;
  /** Pixels, at most. */
  height?: number;
  /** Pixels, at most. */
  width?: number;
  alt: string;
}

/** A logo in a box of its final size, so nothing moves when the image arrives; on white, for which most logos are made. */
export function Logo({ logo, organizationId, height = 28, width = 140, alt }: Props): React.ReactNode {
  const scale = Math.min(height / logo.height, width / logo.width, 1);
  const owner = organizationId === undefined ? '' : `/organizations/${organizationId}`;
  return (
    <Box
      component="img"
      src={`${serverRoot}/api/v1${owner}/logo?version=${logo.version}`}
      width={Math.round(logo.width * scale)}
      height={Math.round(logo.height * scale)}
      alt={alt}
      p={3}
      bg="white"
      style={{ borderRadius: 6, boxSizing: 'content-box', flexShrink: 0 }}
    />
  );
}
