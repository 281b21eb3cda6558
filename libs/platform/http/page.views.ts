import { IsInt, Max, Min } from 'class-validator';

/** Which page of a list. */
export class PageQuery {
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  page: number = 1;

  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 10;
}

/** Which page of a list of small things. */
export class LongPageQuery {
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  page: number = 1;

  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;
}
