import { encode } from 'uqr';
import { useTranslation } from 'react-i18next';

/** A QR code, drawn here: what it says never leaves the browser. Black on white in both themes, as cameras want it. */
export function QrCode({ text }: { text: string }): React.ReactNode {
  const { t } = useTranslation();
  const { data, size } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      role="img"
      aria-label={t('secondFactor.app.qr')}
      viewBox={`0 0 ${size} ${size}`}
      width={200}
      height={200}
      shapeRendering="crispEdges"
      style={{ background: '#fff', borderRadius: 8 }}
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
