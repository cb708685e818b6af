import { type ErrorCode, errorBodySchema, statusOf } from '@apsis/api/error'
import { type AnyRoute, COMMON_ERRORS, ROUTES } from '@apsis/api/routes'
import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'

/** Where the OpenAPI document is. */
export const OPENAPI_PATH = '/api/openapi.json'

// Reading and writing go by the route table itself (`register`), so what is given here only documents.
const transform = createJsonSchemaTransform({
  zodToJsonConfig: {
    unrepresentable: 'any',
    // Replies gain members in later versions, and requests may have members that are ignored.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  },
})

/** Serves the OpenAPI 3.1 document of the routes that are registered after it. */
export async function serveDocs(app: FastifyInstance, version: string): Promise<void> {
  app.setValidatorCompiler(() => (value: unknown) => ({ value }))
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Apsis', version } },
    transform: (input) => {
      const { schema, url } = transform(input)
      const name = wildcardName(schema)
      return { schema, url: name === null ? url : url.replace(/\*$/, `:${name}`) }
    },
  })
  app.get(OPENAPI_PATH, { schema: { hide: true } }, () => withOptionalBodies(app.swagger()))
}

// What makes the document takes every body for required.
function withOptionalBodies<Document extends { readonly paths?: object | undefined }>(document: Document): Document {
  for (const { path, methods, body } of ROUTES) {
    if (body === null || !body.safeParse(undefined).success) continue
    for (const method of methods) {
      const request = [path.replace(/:([a-z_]+)/g, '{$1}'), method.toLowerCase(), 'requestBody'].reduce<unknown>(
        (found, name) => (isObject(found) ? found[name] : null),
        document.paths,
      )
      if (isObject(request)) request['required'] = false
    }
  }
  return document
}

function wildcardName(schema: FastifySchema): string | null {
  const params = 'params' in schema ? schema.params : null
  const properties = isObject(params) && isObject(params['properties']) ? Object.keys(params['properties']) : []
  return properties.length === 1 ? (properties[0] ?? null) : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** What the OpenAPI document says of a route. */
export function routeDocs(route: AnyRoute): FastifySchema {
  const errors = new Map<number, ErrorCode[]>()
  for (const code of [...route.errors, ...COMMON_ERRORS]) {
    const status = statusOf(code)
    errors.set(status, [...(errors.get(status) ?? []), code])
  }
  const failures = [...errors].map(
    ([status, codes]) =>
      [
        status,
        { description: codes.join(', '), content: { 'application/json': { schema: errorBodySchema } } },
      ] as const,
  )
  const content =
    route.reply === null
      ? { 'application/octet-stream': { schema: z.any() } }
      : { 'application/json': { schema: route.reply } }
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.tag],
    ...(hasMembers(route.params) ? { params: route.params } : {}),
    ...(hasMembers(route.query) ? { querystring: route.query } : {}),
    ...(route.body === null ? {} : { body: route.body }),
    response: { 200: { description: 'success', content }, ...Object.fromEntries(failures) },
  }
}

function hasMembers(schema: z.ZodType): boolean {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return Object.keys(json.properties ?? {}).length > 0
}
