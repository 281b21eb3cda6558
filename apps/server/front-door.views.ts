/** Who answers here, and where to go on. */
export class FrontDoorView {
  readonly name!: string;
  readonly version!: string;
  /** Paths on this host, by what is there. */
  readonly links!: Record<string, string>;
}
