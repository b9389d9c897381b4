import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { NewSavedView, SavedViewView } from './dto/saved-view.js';
import { SavedViewService } from './saved-view.service.js';

@ApiTags('Users')
@Controller('api/v1/users/me/views')
@SignedIn()
export class SavedViewController {
  constructor(private readonly views: SavedViewService) {}

  @Get()
  @ApiOperation({ summary: 'List the views of the console that I have saved' })
  @ApiOkResponse({ type: [SavedViewView] })
  list(@CallerOf() caller: Caller): Promise<SavedViewView[]> {
    return this.views.list(caller.id);
  }

  @Post()
  @ApiOperation({ summary: 'Save a view of a list in the console; one of the same name and page is replaced' })
  @ApiCreatedResponse({ type: SavedViewView })
  @ApiProblems({ 400: 'A wrong field.', 409: 'You have 100 views already.' })
  save(@CallerOf() caller: Caller, @Body() view: NewSavedView): Promise<SavedViewView> {
    return this.views.save(caller.id, view);
  }

  @Delete(':viewId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a view that I have saved' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems({ 404: 'No such view.' })
  remove(@CallerOf() caller: Caller, @Param('viewId', IdPipe) id: number): Promise<void> {
    return this.views.remove(caller.id, id);
  }
}
