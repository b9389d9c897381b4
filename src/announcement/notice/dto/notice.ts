import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type CertificateUse, certificateUses } from '../../../network/certificates.js';
import { type Product, products } from '../../../license/file/product.js';
import { type NoticeFacts, type NoticeKind, noticeKinds, type Severity, severities } from '../notice.js';

export class NoticeFactsView implements NoticeFacts {
  @ApiPropertyOptional({ enum: products, description: '`seats-exhausted`: of which product.' })
  product?: Product;

  @ApiPropertyOptional({
    description:
      '`seats-exhausted`: refusals in 24 hours. `mails-failing`: mails that are not sent. `settings-changed`: changes by others in a week.',
  })
  count?: number;

  @ApiPropertyOptional({ description: '`license-expiring`: whose license it is.' })
  customer?: string;

  @ApiPropertyOptional({ description: '`license-expiring`, `certificate-expiring`' })
  expiresAt?: Date;

  @ApiPropertyOptional({ description: '`backup-missing`: the last one; absent: no backup has been made yet.' })
  lastBackupAt?: Date;

  @ApiPropertyOptional({ description: '`backup-missing`, `mails-failing`: why the last one failed.' })
  failure?: string;

  @ApiPropertyOptional({ description: '`certificate-expiring`, `disk-low`: the machine.' })
  host?: string;

  @ApiPropertyOptional({
    enum: certificateUses,
    enumName: 'CertificateUse',
    description:
      '`certificate-expiring`. `https`: that of `host`. `saml-server`: with which this server signs for the SAML provider. `saml-provider`: with which the provider signs.',
  })
  use?: CertificateUse;

  @ApiPropertyOptional({ description: '`certificate-expiring` of SAML: the name of the provider.' })
  provider?: string;

  @ApiPropertyOptional()
  providerId?: number;

  @ApiPropertyOptional({ description: '`disk-low`: free on the disk of `DATA_DIR`.' })
  freeBytes?: number;

  @ApiPropertyOptional({ description: '`settings-changed`: the latest change, as in the audit log.' })
  action?: string;

  @ApiPropertyOptional({ description: '`settings-changed`: who made it.' })
  by?: string;
}

export class NoticeOrganization {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;
}

export class NoticeView {
  @ApiProperty({ format: 'uuid', description: 'Changes when the content changes.' })
  id!: string;

  @ApiProperty({ enum: noticeKinds, enumName: 'NoticeKind' })
  kind!: NoticeKind;

  @ApiProperty({ enum: severities, enumName: 'NoticeSeverity' })
  severity!: Severity;

  @ApiProperty({ type: NoticeOrganization, nullable: true, description: 'Null: it is about the server.' })
  organization!: NoticeOrganization | null;

  @ApiProperty({ description: 'Since when it is so, or when it happened last.' })
  at!: Date;

  @ApiProperty()
  facts!: NoticeFactsView;

  @ApiProperty()
  dismissed!: boolean;
}
