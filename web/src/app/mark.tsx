import mark from './mark.svg?inline';

/** The product's mark: a seat, and a light that says that it is taken. */
export function Mark({ size = 28, alt }: { size?: number; alt: string }): React.ReactNode {
  return <img src={mark} width={size} height={size} alt={alt} />;
}
