const MEDIA = Symbol('media');

/** The media type of a success that is no JSON. For the API document alone. */
export function Media(type: string): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    Reflect.defineMetadata(MEDIA, type, descriptor.value);
  };
}

export function mediaOf(handler: object): string | null {
  return Reflect.getMetadata(MEDIA, handler) ?? null;
}
