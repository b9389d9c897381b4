import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A list of the console as a person has filtered and sorted it. */
@Entity('saved_view')
@Unique('saved_view_name_key', ['userId', 'page', 'name'])
export class SavedView {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('user_account', { name: 'saved_view_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** The path of the page in the console. */
  @Column({ type: 'text' })
  page!: string;

  @Column({ type: 'text' })
  name!: string;

  /** The query of the page's address, without its question mark. */
  @Column({ type: 'text' })
  query!: string;
}
