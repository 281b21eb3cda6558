import { IsInt, Min } from 'class-validator';

export class EventsQuery {
  /** The number of the last event already seen: the stream goes on behind it. */
  @IsInt()
  @Min(0)
  after: number = 0;
}
