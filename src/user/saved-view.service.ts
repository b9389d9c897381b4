import { Injectable } from '@nestjs/common';
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { type NewSavedView, type SavedViewView } from './dto/saved-view.js';
import { SavedView } from './saved-view.entity.js';
import { User } from './user.entity.js';

/** More than anyone finds again. */
const maxViews = 100;

/** The views that people have saved for themselves. */
@Injectable()
export class SavedViewService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @InjectRepository(SavedView) private readonly views: Repository<SavedView>,
  ) {}

  async list(userId: number): Promise<SavedViewView[]> {
    const found = await this.views.find({ where: { userId }, order: { page: 'ASC', name: 'ASC' } });
    return found.map(viewOf);
  }

  /**
   * Saves a view; one of the same name and page is replaced.
   *
   * @throws LimitReachedError
   */
  async save(userId: number, { page, name, query }: NewSavedView): Promise<SavedViewView> {
    return this.dataSource.transaction(async (manager) => {
      // Two at once could be one more than there may be.
      await manager.findOneOrFail(User, {
        where: { id: userId },
        select: { id: true },
        lock: { mode: 'pessimistic_write' },
      });
      const known = await manager.findOneBy(SavedView, { userId, page, name });
      if (!known && (await manager.countBy(SavedView, { userId })) >= maxViews) {
        throw new LimitReachedError('too-many-views', maxViews);
      }
      const view = known ?? manager.create(SavedView, { userId, page, name });
      view.query = query;
      return viewOf(await manager.save(view));
    });
  }

  /** @throws NotFoundError */
  async remove(userId: number, id: number): Promise<void> {
    const { affected } = await this.views.delete({ id, userId });
    if (!affected) throw new NotFoundError('The view');
  }
}

function viewOf({ id, page, name, query }: SavedView): SavedViewView {
  return { id, page, name, query };
}
