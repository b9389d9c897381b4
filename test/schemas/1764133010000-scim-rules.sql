SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';
CREATE FUNCTION public.check_organization_owned() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      DECLARE organization bigint := CASE TG_TABLE_NAME WHEN 'organization' THEN to_jsonb(NEW) ->> 'id'
                                                        ELSE to_jsonb(OLD) ->> 'organization_id' END;
      BEGIN
        IF EXISTS (SELECT FROM organization o WHERE o.id = organization)
          AND NOT EXISTS (SELECT FROM membership m WHERE m.organization_id = organization AND m.role = 'OWNER') THEN
          RAISE EXCEPTION 'organization % must have an owner', organization
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'organization_owned';
        END IF;
        RETURN NULL;
      END $$;
CREATE FUNCTION public.fold_case_unicode(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(replace(replace(lower((upper((replace(replace(NORMALIZE($1, NFKC), 'ß'::text, 'ss'::text), 'ẞ'::text, 'ss'::text) COLLATE "und-x-icu")) COLLATE "und-x-icu")), 'i̇'::text, 'i'::text), 'ı'::text, 'i'::text), 'ς'::text, 'σ'::text);
CREATE FUNCTION public.fold_case(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (octet_length($1) = length($1)) THEN lower(($1 COLLATE "C")) ELSE public.fold_case_unicode($1) END;
CREATE FUNCTION public.keep_offline_license_charged() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        INSERT INTO seat_charge (kind, organization_id, pool_id, product, model, machine_id, expires_at)
          SELECT 'offline', organization_id, pool_id, product, model, machine_id, expires_at FROM gone;
        RETURN NULL;
      END $$;
CREATE FUNCTION public.name_offline_license() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        SELECT product, model INTO NEW.product, NEW.model FROM seat_pool WHERE id = NEW.pool_id;
        RETURN NEW;
      END $$;
CREATE FUNCTION public.notify_access_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      DECLARE changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
      BEGIN
        PERFORM pg_notify('access_changed', coalesce(changed ->> 'user_id', changed ->> 'id'));
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_identity_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('identity_changed', '');
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_license_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('license_changed', '');
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_machine_transferred() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', p.organization_id || ' machines')
           FROM seat_pool p WHERE p.id = NEW.pool_id;
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_organization_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', c.organization_id || ' ' || TG_ARGV[0])
           FROM (SELECT DISTINCT organization_id FROM changed WHERE organization_id IS NOT NULL) AS c;
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_outbox_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('outbox_changed', '');
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_plugins_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', o.id || ' plugins')
           FROM organization o
          WHERE EXISTS (SELECT FROM changed c WHERE c.organization_id IS NULL OR c.organization_id = o.id);
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_pool_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', c.organization_id || ' ' || TG_ARGV[0])
           FROM (SELECT DISTINCT p.organization_id FROM changed JOIN seat_pool p ON p.id = changed.pool_id) AS c;
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_queue_moved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('seat_freed', queue)
           FROM (SELECT DISTINCT organization_id || ' ' || product AS queue FROM gone) AS moved;
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_row_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      DECLARE changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
      BEGIN
        PERFORM pg_notify('organization_changed', coalesce(changed ->> 'organization_id', changed ->> 'id') || ' ' || TG_ARGV[0]);
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_seats_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('seat_freed', NEW.organization_id || ' ' || NEW.product);
        RETURN NULL;
      END $$;
CREATE FUNCTION public.notify_signing_key() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('signing_key_changed', '');
        RETURN NULL;
      END $$;
CREATE FUNCTION public.remember_ended_sessions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
      INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname, version, fingerprint, job_id,
                                 granted_xid, granted_event_id, granted_from, ended_from, started_at, ended_at, end_reason, ended_by)
        SELECT e.id, e.organization_id, e.product, p.model, e.user_id, e.machine_id, e.session_id, e.hostname, e.version, e.fingerprint, e.job_id,
               e.xid, e.event_id, e.granted_from, coalesce(a.address, whole.address), e.started_at, least(e.expires_at, greatest(e.renewed_at, clock_timestamp())),
               nullif(current_setting('license_server.end_reason', true), ''),
               nullif(current_setting('license_server.ended_by', true), '')
          FROM ended e JOIN seat_pool p ON p.id = e.pool_id CROSS JOIN (SELECT coalesce(nullif(current_setting('license_server.ended_from', true), ''), '{}')::jsonb AS every) AS f
       CROSS JOIN LATERAL (SELECT f.every ->> '' AS address) AS whole
       LEFT JOIN LATERAL (SELECT f.every ->> (e.id || ' ' || e.user_id) AS address) AS a ON true;
      IF EXISTS (SELECT FROM seat_waiter) THEN
        PERFORM pg_notify('seat_freed', queue)
           FROM (SELECT DISTINCT organization_id || ' ' || product AS queue FROM ended) AS freed;
      END IF;
      RETURN NULL;
    END $$;
CREATE FUNCTION public.scim_rules_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        UPDATE scim_user SET grants_due = true
         WHERE NOT grants_due AND provider_id IN (SELECT provider_id FROM changed);
        RETURN NULL;
      END $$;
CREATE FUNCTION public.server_now() RETURNS timestamp with time zone
    LANGUAGE sql
    RETURN (clock_timestamp() + (((COALESCE(NULLIF(current_setting('license_server.ahead_millis'::text, true), ''::text), '0'::text))::bigint)::double precision * '00:00:00.001'::interval));
CREATE FUNCTION public.server_now(offset_millis bigint) RETURNS timestamp with time zone
    LANGUAGE sql
    RETURN (clock_timestamp() + ((offset_millis)::double precision * '00:00:00.001'::interval));
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.api_key (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    name text NOT NULL,
    key_hash bytea NOT NULL,
    hint text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    scopes text[] DEFAULT '{seats,read,write,server}'::text[] NOT NULL,
    legacy boolean DEFAULT true NOT NULL,
    kind text DEFAULT 'key'::text NOT NULL,
    CONSTRAINT api_key_client_password_check CHECK (((kind = 'key'::text) OR (scopes = '{seats}'::text[]))),
    CONSTRAINT api_key_kind_check CHECK ((kind = ANY (ARRAY['key'::text, 'client-password'::text]))),
    CONSTRAINT api_key_scopes_check CHECK (((scopes <@ '{seats,read,write,server}'::text[]) AND (scopes <> '{}'::text[])))
);
ALTER TABLE public.api_key ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.api_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_archive (
    last_block bigint NOT NULL,
    first_block bigint NOT NULL,
    month text NOT NULL,
    file text NOT NULL,
    sha256 text NOT NULL,
    archived_at timestamp with time zone NOT NULL
);
CREATE TABLE public.audit_block (
    number bigint NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    total bigint NOT NULL,
    checkpoint bigint NOT NULL,
    history boolean NOT NULL,
    events bigint[] NOT NULL,
    grants uuid[] NOT NULL,
    ends uuid[] NOT NULL,
    leaves bytea NOT NULL,
    salts bytea,
    redacted bytea,
    redaction text
);
ALTER TABLE ONLY public.audit_block ALTER COLUMN leaves SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.audit_block ALTER COLUMN salts SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.audit_block ALTER COLUMN redacted SET STORAGE EXTERNAL;
CREATE TABLE public.audit_chain (
    singleton boolean DEFAULT true NOT NULL,
    sealed_below xid8 DEFAULT pg_current_xact_id() NOT NULL,
    restored_in xid8 DEFAULT pg_current_xact_id(),
    cluster text,
    block bigint DEFAULT 0 NOT NULL,
    hash bytea DEFAULT '\x'::bytea NOT NULL,
    total bigint DEFAULT 0 NOT NULL,
    checkpoint bigint DEFAULT 0 NOT NULL,
    signature text,
    forgotten_block bigint DEFAULT 0 NOT NULL,
    CONSTRAINT audit_chain_singleton_check CHECK (singleton)
);
CREATE TABLE public.audit_checkpoint (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    block bigint NOT NULL,
    hash text NOT NULL,
    count bigint NOT NULL,
    removed_block bigint NOT NULL,
    anchor text NOT NULL,
    removed_sessions_block bigint NOT NULL,
    kid text NOT NULL,
    signature text NOT NULL
);
CREATE TABLE public.audit_delivery (
    destination text NOT NULL,
    block bigint NOT NULL,
    checkpoint bigint NOT NULL,
    delivered_at timestamp with time zone NOT NULL
);
CREATE TABLE public.audit_event (
    id bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    action text NOT NULL,
    organization_id bigint,
    actor_id bigint,
    actor text NOT NULL,
    target_type text,
    target_id text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    address text,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);
ALTER TABLE public.audit_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_name (
    name text NOT NULL,
    salt bytea NOT NULL,
    pseudonym text NOT NULL,
    last_block bigint
);
CREATE TABLE public.licensed_user (
    pool_id bigint NOT NULL,
    user_id bigint NOT NULL,
    assigned_at timestamp with time zone NOT NULL
);
CREATE TABLE public.machine (
    pool_id bigint NOT NULL,
    machine_id text NOT NULL,
    hostname text,
    user_id bigint,
    registered_at timestamp with time zone NOT NULL
);
CREATE TABLE public.offline_license (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    machine_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    expires_at timestamp with time zone NOT NULL,
    token text NOT NULL,
    product text,
    model text
);
CREATE TABLE public.seat_charge (
    id bigint NOT NULL,
    kind text NOT NULL,
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    product text NOT NULL,
    model text NOT NULL,
    user_id bigint,
    machine_id text NOT NULL,
    fingerprint text,
    expires_at timestamp with time zone NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    CONSTRAINT seat_charge_kind_check CHECK ((kind = ANY (ARRAY['session'::text, 'offline'::text])))
);
CREATE VIEW public.charged_seat AS
 SELECT offline_license.pool_id,
    offline_license.product,
    offline_license.model,
    ('machine '::text || offline_license.machine_id) AS seat,
    offline_license.expires_at,
    false AS withdrawn
   FROM public.offline_license
UNION ALL
 SELECT c.pool_id,
    c.product,
    c.model,
        CASE
            WHEN (c.kind = 'offline'::text) THEN ('machine '::text || c.machine_id)
            WHEN (c.model = 'floating'::text) THEN ('charge '::text || c.id)
            WHEN (c.model = 'per-user'::text) THEN ('user '::text || c.user_id)
            ELSE ('machine '::text || COALESCE(c.fingerprint, c.machine_id))
        END AS seat,
    c.expires_at,
    c.withdrawn
   FROM public.seat_charge c
  WHERE ((c.kind = 'offline'::text) OR
        CASE c.model
            WHEN 'floating'::text THEN true
            WHEN 'per-user'::text THEN (NOT (EXISTS ( SELECT
               FROM public.licensed_user l
              WHERE ((l.pool_id = c.pool_id) AND (l.user_id = c.user_id)))))
            ELSE (NOT (EXISTS ( SELECT
               FROM public.machine m
              WHERE ((m.pool_id = c.pool_id) AND (m.machine_id = COALESCE(c.fingerprint, c.machine_id))))))
        END);
CREATE TABLE public.client_call (
    method text NOT NULL,
    path text NOT NULL,
    parameters text NOT NULL,
    status integer NOT NULL,
    reason text NOT NULL,
    program text NOT NULL,
    count bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);
CREATE TABLE public.client_session (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint,
    machine_id text NOT NULL,
    session_id text NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    version text,
    reported_at timestamp with time zone NOT NULL
);
ALTER TABLE public.client_session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.client_session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.client_version (
    client text NOT NULL,
    version text NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);
CREATE TABLE public.daily_count (
    organization_id bigint NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    count integer NOT NULL
);
CREATE TABLE public.denial (
    id bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    product text NOT NULL,
    code text NOT NULL,
    user_id bigint,
    machine_id text NOT NULL,
    session_id text NOT NULL,
    hostname text
);
ALTER TABLE public.denial ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.denial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.email_change (
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    email text NOT NULL,
    session_id uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.ended_session (
    lease_id uuid NOT NULL,
    organization_id bigint NOT NULL,
    product text NOT NULL,
    model text NOT NULL,
    user_id bigint,
    machine_id text NOT NULL,
    session_id text NOT NULL,
    hostname text,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    end_reason text,
    ended_by text,
    version text,
    fingerprint text,
    job_id text,
    granted_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    granted_event_id bigint,
    granted_from text,
    ended_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    ended_event_id bigint DEFAULT nextval('public.audit_event_id_seq'::regclass),
    ended_from text
);
CREATE TABLE public.exhaustion_notice (
    organization_id bigint NOT NULL,
    product text NOT NULL,
    told_at timestamp with time zone NOT NULL
);
CREATE TABLE public.expiry_notice (
    jti text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    days_before integer NOT NULL
);
CREATE TABLE public.identity_group (
    id bigint NOT NULL,
    provider_id bigint NOT NULL,
    name text NOT NULL,
    organization_id bigint,
    role text,
    team_id bigint,
    root boolean DEFAULT false NOT NULL,
    CONSTRAINT identity_group_role_check CHECK ((role = ANY (ARRAY['ADMIN'::text, 'BILLING_MANAGER'::text, 'USER'::text]))),
    CONSTRAINT identity_group_target_check CHECK (((root = (organization_id IS NULL)) AND (root = (role IS NULL)) AND (NOT (root AND (team_id IS NOT NULL)))))
);
ALTER TABLE public.identity_group ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.identity_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.identity_provider (
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    provisioning text NOT NULL,
    domains text[] DEFAULT '{}'::text[] NOT NULL,
    settings jsonb NOT NULL,
    secrets_sealed bytea,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    last_sync_at timestamp with time zone,
    last_sync jsonb,
    CONSTRAINT identity_provider_kind_check CHECK ((kind = ANY (ARRAY['ldap'::text, 'oidc'::text, 'saml'::text]))),
    CONSTRAINT identity_provider_provisioning_check CHECK ((provisioning = ANY (ARRAY['create'::text, 'existing'::text])))
);
ALTER TABLE public.identity_provider ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.identity_provider_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.installation (
    id smallint DEFAULT 1 NOT NULL,
    server_id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    setup_completed_at timestamp with time zone,
    evaluation_issued_at timestamp with time zone,
    newest_time timestamp with time zone DEFAULT now() NOT NULL,
    quotas_valid_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    organization_creation text DEFAULT 'root'::text NOT NULL,
    alive_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    clock_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    newest_issue timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    clock_step jsonb,
    time_proof jsonb,
    require_second_factor text DEFAULT 'nobody'::text NOT NULL,
    CONSTRAINT installation_id_check CHECK ((id = 1)),
    CONSTRAINT installation_organization_creation_check CHECK ((organization_creation = ANY (ARRAY['everybody'::text, 'root'::text]))),
    CONSTRAINT installation_require_second_factor_check CHECK ((require_second_factor = ANY (ARRAY['nobody'::text, 'root'::text, 'everybody'::text])))
);
CREATE TABLE public.invitation (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    assign jsonb DEFAULT '[]'::jsonb NOT NULL,
    nonce bytea NOT NULL,
    token_hash bytea NOT NULL,
    invited_by bigint,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    accepted_at timestamp with time zone,
    user_id bigint,
    joined_at timestamp with time zone,
    revoked_at timestamp with time zone,
    mailed_token_hash bytea,
    CONSTRAINT invitation_check CHECK (((accepted_at IS NULL) = (user_id IS NULL))),
    CONSTRAINT invitation_check1 CHECK (((joined_at IS NULL) OR (accepted_at IS NOT NULL))),
    CONSTRAINT invitation_email_check CHECK ((email = lower(email))),
    CONSTRAINT invitation_role_check CHECK ((role = ANY (ARRAY['ADMIN'::text, 'BILLING_MANAGER'::text, 'USER'::text])))
);
ALTER TABLE public.invitation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.known_device (
    user_id bigint NOT NULL,
    fingerprint bytea NOT NULL,
    last_at timestamp with time zone NOT NULL
);
CREATE TABLE public.known_machine (
    organization_id bigint NOT NULL,
    machine_id text NOT NULL,
    hostname text NOT NULL
);
CREATE TABLE public.lease (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    number bigint NOT NULL,
    pool_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    product text NOT NULL,
    user_id bigint NOT NULL,
    machine_id text NOT NULL,
    session_id text NOT NULL,
    hostname text,
    version text,
    started_at timestamp with time zone NOT NULL,
    renewed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    job_id text,
    fingerprint text,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    event_id bigint DEFAULT nextval('public.audit_event_id_seq'::regclass),
    granted_from text,
    client text,
    CONSTRAINT lease_client_check CHECK ((client = ANY (ARRAY['studio'::text, 'engine'::text])))
)
WITH (fillfactor='50');
ALTER TABLE public.lease ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lease_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.license_file (
    id bigint NOT NULL,
    jti text NOT NULL,
    token text NOT NULL,
    self_issued boolean NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    uploaded_by bigint
);
ALTER TABLE public.license_file ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.license_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mail_server (
    id bigint NOT NULL,
    organization_id bigint,
    host text NOT NULL,
    port integer NOT NULL,
    protocol text NOT NULL,
    username text,
    password_sealed bytea,
    sender text NOT NULL,
    certificate_authority text,
    accept_any_certificate boolean DEFAULT false NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    token_url text,
    client_id text,
    client_secret_sealed bytea,
    scope text,
    CONSTRAINT mail_server_port_check CHECK (((port >= 1) AND (port <= 65535))),
    CONSTRAINT mail_server_protocol_check CHECK ((protocol = ANY (ARRAY['SMTP'::text, 'SMTP + STARTTLS'::text, 'SMTPS'::text])))
);
ALTER TABLE public.mail_server ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.mail_server_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.membership (
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    managed_by bigint,
    CONSTRAINT membership_role_check CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'BILLING_MANAGER'::text, 'USER'::text])))
);
CREATE TABLE public.migration (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE public.migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.migration_id_seq OWNED BY public.migration.id;
ALTER TABLE public.offline_license ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.offline_license_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.openid_session (
    session_id uuid NOT NULL,
    provider_id bigint NOT NULL,
    subject text NOT NULL,
    sid text,
    id_token_sealed bytea
);
CREATE TABLE public.openid_used_token (
    hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.organization (
    id bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    lease_minutes integer DEFAULT 15 NOT NULL,
    over_quota_percent integer DEFAULT 0 NOT NULL,
    allowed_machines text[] DEFAULT '{}'::text[] NOT NULL,
    denied_machines text[] DEFAULT '{}'::text[] NOT NULL,
    renewal_share double precision DEFAULT ((1)::double precision / (3.0)::double precision) NOT NULL,
    idle_minutes integer,
    client_renewal_share double precision DEFAULT 0.8 NOT NULL,
    engine_wait_seconds integer DEFAULT 0 NOT NULL,
    engine_lease_minutes integer,
    require_second_factor boolean DEFAULT false NOT NULL,
    CONSTRAINT organization_client_renewal_share_check CHECK (((client_renewal_share >= (0.1)::double precision) AND (client_renewal_share <= (0.9)::double precision))),
    CONSTRAINT organization_engine_lease_minutes_check CHECK (((engine_lease_minutes >= 3) AND (engine_lease_minutes <= 43200))),
    CONSTRAINT organization_engine_wait_seconds_check CHECK (((engine_wait_seconds >= 0) AND (engine_wait_seconds <= 55))),
    CONSTRAINT organization_idle_minutes_check CHECK (((idle_minutes >= 1) AND (idle_minutes <= 43200))),
    CONSTRAINT organization_lease_minutes_check CHECK (((lease_minutes >= 1) AND (lease_minutes <= 43200))),
    CONSTRAINT organization_name_check CHECK ((name <> ''::text)),
    CONSTRAINT organization_over_quota_percent_check CHECK (((over_quota_percent >= 0) AND (over_quota_percent <= 100))),
    CONSTRAINT organization_renewal_share_check CHECK (((renewal_share >= (0.1)::double precision) AND (renewal_share <= (0.9)::double precision)))
);
ALTER TABLE public.organization ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.organization_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outbox_mail (
    id bigint NOT NULL,
    organization_id bigint,
    kind text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    content_sealed bytea,
    message_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    last_error text,
    sent_at timestamp with time zone,
    server_wide boolean DEFAULT false NOT NULL,
    CONSTRAINT outbox_mail_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])))
);
ALTER TABLE public.outbox_mail ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_mail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.over_quota_notice (
    organization_id bigint NOT NULL,
    product text NOT NULL,
    told_at timestamp with time zone NOT NULL
);
CREATE TABLE public.password_reset (
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    verifies boolean DEFAULT false NOT NULL
);
CREATE TABLE public.pending_sign_in (
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    credentials_version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.plugin (
    id bigint NOT NULL,
    organization_id bigint,
    name text NOT NULL,
    version text NOT NULL,
    version_order text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    packaging text NOT NULL,
    description text NOT NULL,
    jars text[] NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    uploaded_by bigint,
    uploaded_at timestamp with time zone NOT NULL,
    CONSTRAINT plugin_kind_check CHECK ((kind = ANY (ARRAY['custom-keywords'::text, 'studio'::text]))),
    CONSTRAINT plugin_name_check CHECK ((name <> ''::text)),
    CONSTRAINT plugin_packaging_check CHECK ((packaging = ANY (ARRAY['jar'::text, 'zip'::text]))),
    CONSTRAINT plugin_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT plugin_size_check CHECK ((size > 0)),
    CONSTRAINT plugin_version_check CHECK ((version <> ''::text))
);
ALTER TABLE public.plugin ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plugin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE UNLOGGED TABLE public.rate_limit (
    key character varying(255) NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    expire bigint,
    free integer,
    next_at timestamp with time zone
);
CREATE TABLE public.recorded_settings (
    server text NOT NULL,
    settings jsonb NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
CREATE TABLE public.recovery_code (
    user_id bigint NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.removed_member (
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone NOT NULL,
    removed_by bigint
);
CREATE TABLE public.retired_signing_key (
    kid text NOT NULL,
    purpose text NOT NULL,
    public_key text NOT NULL,
    retired_at timestamp with time zone NOT NULL,
    accepted_until timestamp with time zone NOT NULL
);
CREATE TABLE public.scim_group (
    id bigint NOT NULL,
    provider_id bigint NOT NULL,
    display_name text NOT NULL,
    external_id text,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
ALTER TABLE public.scim_group ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.scim_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.scim_group_member (
    group_id bigint NOT NULL,
    scim_user_id bigint NOT NULL
);
CREATE TABLE public.scim_token (
    id bigint NOT NULL,
    provider_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    hint text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE public.scim_token ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.scim_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.scim_user (
    id bigint NOT NULL,
    provider_id bigint NOT NULL,
    user_id bigint NOT NULL,
    user_name text NOT NULL,
    external_id text,
    version integer DEFAULT 1 NOT NULL,
    grants_due boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
ALTER TABLE public.scim_user ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.scim_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.seat_cap (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    product text NOT NULL,
    seats integer NOT NULL,
    user_id bigint,
    team_id bigint,
    CONSTRAINT seat_cap_check CHECK ((num_nonnulls(user_id, team_id) = 1)),
    CONSTRAINT seat_cap_product_check CHECK ((product = ANY (ARRAY['KSE'::text, 'KRE'::text]))),
    CONSTRAINT seat_cap_seats_check CHECK (((seats >= 0) AND (seats <= 100000)))
);
ALTER TABLE public.seat_cap ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.seat_cap_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.seat_charge ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.seat_charge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.seat_pool (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    product text NOT NULL,
    model text NOT NULL,
    allocation integer,
    quota integer DEFAULT 0 NOT NULL,
    ends_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    in_use integer DEFAULT 0 NOT NULL,
    earliest_expiry timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    machine_quota integer,
    max_lease_minutes integer DEFAULT 1440 NOT NULL,
    max_overage_percent integer DEFAULT 0 NOT NULL,
    free_on_release_minutes integer DEFAULT 120 NOT NULL,
    withheld integer DEFAULT 0 NOT NULL,
    overdrawn boolean DEFAULT false NOT NULL,
    CONSTRAINT seat_pool_allocation_check CHECK ((allocation >= 0)),
    CONSTRAINT seat_pool_in_use_check CHECK ((in_use >= 0)),
    CONSTRAINT seat_pool_machine_quota_check CHECK ((machine_quota >= 0)),
    CONSTRAINT seat_pool_model_check CHECK ((model = ANY (ARRAY['per-user'::text, 'node-locked'::text, 'floating'::text]))),
    CONSTRAINT seat_pool_product_check CHECK ((product = ANY (ARRAY['KSE'::text, 'KRE'::text]))),
    CONSTRAINT seat_pool_quota_check CHECK ((quota >= 0))
)
WITH (fillfactor='70');
ALTER TABLE public.seat_pool ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.seat_pool_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.seat_reservation (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    product text NOT NULL,
    seats integer NOT NULL,
    user_id bigint,
    team_id bigint,
    CONSTRAINT seat_reservation_check CHECK ((num_nonnulls(user_id, team_id) = 1)),
    CONSTRAINT seat_reservation_product_check CHECK ((product = ANY (ARRAY['KSE'::text, 'KRE'::text]))),
    CONSTRAINT seat_reservation_seats_check CHECK (((seats >= 1) AND (seats <= 100000)))
);
ALTER TABLE public.seat_reservation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.seat_reservation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.seat_waiter (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    product text NOT NULL,
    user_id bigint NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE public.seat_waiter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.seat_waiter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.second_factor (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    secret_sealed bytea,
    last_step bigint,
    refused_steps bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_used_at timestamp with time zone,
    credential_id bytea,
    public_key bytea,
    counter bigint,
    transports text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT second_factor_kind_check CHECK ((kind = ANY (ARRAY['totp'::text, 'passkey'::text])))
);
CREATE TABLE public.session (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    address text,
    user_agent text,
    credentials_version integer NOT NULL,
    last_used_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    is_whole boolean DEFAULT false NOT NULL
);
CREATE TABLE public.sign_in_place (
    user_id bigint NOT NULL,
    site text NOT NULL,
    last_at timestamp with time zone NOT NULL
);
CREATE TABLE public.signing_key (
    purpose text NOT NULL,
    kid text NOT NULL,
    public_key text NOT NULL,
    private_key_sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.size_sample (
    day date NOT NULL,
    database_bytes bigint NOT NULL
);
CREATE TABLE public.team (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT team_name_check CHECK ((name <> ''::text))
);
ALTER TABLE public.team ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.team_member (
    team_id bigint NOT NULL,
    user_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    role text NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    managed_by bigint,
    CONSTRAINT team_member_role_check CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'USER'::text])))
);
CREATE TABLE public.token_family (
    id uuid NOT NULL,
    user_id bigint NOT NULL,
    generation integer NOT NULL,
    ended_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.usage_hour (
    organization_id bigint NOT NULL,
    product text NOT NULL,
    model text NOT NULL,
    hour timestamp with time zone NOT NULL,
    carried integer NOT NULL,
    began integer NOT NULL,
    peak integer NOT NULL,
    micros bigint NOT NULL,
    denials integer NOT NULL,
    oldest_start timestamp with time zone
);
CREATE TABLE public.usage_month (
    organization_id bigint NOT NULL,
    month timestamp with time zone NOT NULL,
    user_id bigint NOT NULL,
    machine_id text NOT NULL,
    product text NOT NULL,
    model text NOT NULL,
    carried integer NOT NULL,
    began integer NOT NULL,
    micros bigint NOT NULL,
    last_started_at timestamp with time zone NOT NULL
);
CREATE TABLE public.usage_roll_up (
    singleton boolean DEFAULT true NOT NULL,
    rolled_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    oldest_start timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT usage_roll_up_singleton_check CHECK (singleton)
);
CREATE TABLE public.used_challenge (
    challenge_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.user_account (
    id bigint NOT NULL,
    email text NOT NULL,
    password text,
    password_encrypted boolean DEFAULT true NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    root boolean DEFAULT false NOT NULL,
    disabled_at timestamp with time zone,
    credentials_version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_organization_id bigint,
    last_access_at timestamp with time zone,
    joins_at_sign_in boolean DEFAULT false NOT NULL,
    muted_mail text[] DEFAULT '{}'::text[] NOT NULL,
    verified_at timestamp with time zone,
    origin_organization_id bigint,
    language text,
    service boolean DEFAULT false NOT NULL,
    second_factor_due_at timestamp with time zone,
    CONSTRAINT user_account_email_check CHECK (
CASE
    WHEN service THEN (strpos(email, '@'::text) = 0)
    ELSE (email = lower(email))
END),
    CONSTRAINT user_account_service_check CHECK (((NOT service) OR ((password IS NULL) AND (NOT root) AND (origin_organization_id IS NOT NULL))))
);
ALTER TABLE public.user_account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.user_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.user_identity (
    provider_id bigint NOT NULL,
    subject text NOT NULL,
    user_id bigint NOT NULL,
    email text NOT NULL,
    gives_root boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
ALTER TABLE ONLY public.migration ALTER COLUMN id SET DEFAULT nextval('public.migration_id_seq'::regclass);
INSERT INTO public.api_key OVERRIDING SYSTEM VALUE VALUES (1, 1, 'CI', '\x0102', 'ab', '2026-01-08 00:00:00+00', NULL, NULL, '{seats,read,write,server}', true, 'key');
INSERT INTO public.api_key OVERRIDING SYSTEM VALUE VALUES (2, 2, 'Laptop', '\x0103', 'cd', '2026-01-15 00:00:00+00', NULL, NULL, '{seats}', false, 'client-password');
INSERT INTO public.api_key OVERRIDING SYSTEM VALUE VALUES (3, 3, 'Pipeline', '\x0104', 'ef', '2026-01-15 00:00:00+00', NULL, NULL, '{seats}', false, 'key');
INSERT INTO public.audit_archive VALUES (1, 1, '2026-01', 'audit-2026-01.jsonl', '0000000000000000000000000000000000000000000000000000000000000000', '2026-02-01 00:00:00+00');
INSERT INTO public.audit_block VALUES (1, '2026-01-14 00:00:00+00', '\x00', '\x01', 1, 1, false, '{1}', '{}', '{}', '\x02', '\x03', '\x04', 'grace@example.com');
INSERT INTO public.audit_chain VALUES (true, '0', NULL, NULL, 0, '\x', 0, 0, NULL, 1);
INSERT INTO public.audit_checkpoint VALUES (1, '2026-01-14 00:00:00+00', 1, '01', 1, 0, '', 0, 'kid', 'a.b');
INSERT INTO public.audit_delivery VALUES ('file', 1, 1, '2026-01-14 00:00:00+00');
INSERT INTO public.audit_event OVERRIDING SYSTEM VALUE VALUES (1, '2026-01-05 00:00:00+00', 'organization.created', 1, 1, 'ada@example.com', NULL, NULL, '{"name": "Acme"}', NULL, '0');
INSERT INTO public.audit_name VALUES ('ada@example.com', '\x03', 'p-1', 0);
INSERT INTO public.client_call VALUES ('GET', '/api/v1/unknown', 'a,b', 404, 'not-found', 'curl', 2, '2026-01-15 00:00:00+00', '2026-01-15 00:00:00+00');
INSERT INTO public.client_session OVERRIDING SYSTEM VALUE VALUES (1, 1, 2, 'machine-1', 'session-1', '2026-01-10 00:00:00+00', NULL, NULL, '2026-01-10 00:00:00+00');
INSERT INTO public.client_session OVERRIDING SYSTEM VALUE VALUES (2, 1, 2, 'machine-1', 'session-2', '2026-01-11 00:00:00+00', '2026-01-11 01:00:00+00', NULL, '2026-01-11 00:00:00+00');
INSERT INTO public.client_version VALUES ('studio', '10.2.0', '2026-01-15 00:00:00+00', '2026-01-15 00:00:00+00');
INSERT INTO public.daily_count VALUES (1, 'invitation', '2026-01-14', 2);
INSERT INTO public.denial OVERRIDING SYSTEM VALUE VALUES (1, '2026-01-10 00:00:00+00', 1, 'KSE', 'seats-exhausted', 2, 'machine-2', 'session-2', NULL);
INSERT INTO public.email_change VALUES ('\x05', 2, 'grace.hopper@example.com', NULL, '2026-01-15 00:00:00+00', '2026-01-16 00:00:00+00', NULL);
INSERT INTO public.ended_session VALUES ('00000000-0000-4000-8000-000000000001', 1, 'KSE', 'floating', 2, 'machine-1', 'session-0', NULL, '2026-01-09 00:00:00+00', '2026-01-09 01:00:00+00', NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, '0', NULL, NULL);
INSERT INTO public.exhaustion_notice VALUES (1, 'KSE', '2026-01-13 00:00:00+00');
INSERT INTO public.expiry_notice VALUES ('license-1', '2027-01-01 00:00:00+00', 30);
INSERT INTO public.identity_group OVERRIDING SYSTEM VALUE VALUES (1, 1, 'Testers', 1, 'USER', 1, false);
INSERT INTO public.identity_group OVERRIDING SYSTEM VALUE VALUES (2, 1, 'Administrators', NULL, NULL, NULL, true);
INSERT INTO public.identity_provider OVERRIDING SYSTEM VALUE VALUES (1, 'ldap', 'Directory', true, 'create', '{example.com}', '{"url": "ldaps://directory.example.com"}', '\x0c', '2026-01-17 00:00:00+00', '2026-01-17 00:00:00+00', '2026-01-18 00:00:00+00', '{"people": 2}');
INSERT INTO public.identity_provider OVERRIDING SYSTEM VALUE VALUES (2, 'oidc', 'Single sign-on', true, 'existing', '{}', '{"issuer": "https://sso.example.com"}', NULL, '2026-01-17 00:00:00+00', '2026-01-17 00:00:00+00', NULL, NULL);
INSERT INTO public.installation VALUES (1, 'e16d379b-815e-4ea6-999e-a381010c0937', '2026-11-24 22:30:39.612154+00', '2026-01-05 00:00:00+00', NULL, '2026-11-24 22:30:39.612154+00', '-infinity', 'root', '2026-11-27 08:17:15.387006+00', '-infinity', '-infinity', NULL, NULL, 'root');
INSERT INTO public.invitation OVERRIDING SYSTEM VALUE VALUES (1, 1, 'alan@example.com', 'USER', '[]', '\x01', '\x02', 1, '2026-01-11 00:00:00+00', '2026-01-11 00:00:00+00', '2026-01-12 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.known_device VALUES (1, '\x04', '2026-01-14 00:00:00+00');
INSERT INTO public.known_machine VALUES (1, 'machine-1', 'desk');
INSERT INTO public.lease OVERRIDING SYSTEM VALUE VALUES ('61ef5592-e5a6-4222-8e91-4bcd16ee94f8', 1, 1, 1, 'KSE', 2, 'machine-1', 'session-1', 'desk', NULL, '2026-01-10 00:00:00+00', '2026-01-10 00:00:00+00', '2036-01-10 00:00:00+00', NULL, NULL, '0', NULL, NULL, NULL);
INSERT INTO public.license_file OVERRIDING SYSTEM VALUE VALUES (1, 'license-1', 'a.b.c', false, '2026-01-05 00:00:00+00', 1);
INSERT INTO public.licensed_user VALUES (2, 2, '2026-01-09 00:00:00+00');
INSERT INTO public.machine VALUES (3, 'agent-1', 'ci', 1, '2026-01-09 00:00:00+00');
INSERT INTO public.mail_server OVERRIDING SYSTEM VALUE VALUES (1, NULL, 'smtp.example.com', 587, 'SMTP + STARTTLS', NULL, '\x0102', 'licenses@example.com', NULL, false, '2026-01-13 00:00:00+00', NULL, NULL, NULL, NULL);
INSERT INTO public.membership VALUES (1, 1, 'OWNER', '2026-01-05 00:00:00+00', NULL);
INSERT INTO public.membership VALUES (2, 2, 'OWNER', '2026-01-07 00:00:00+00', NULL);
INSERT INTO public.membership VALUES (1, 3, 'USER', '2026-01-15 00:00:00+00', NULL);
INSERT INTO public.membership VALUES (1, 2, 'USER', '2026-01-06 00:00:00+00', 1);
INSERT INTO public.migration VALUES (1, 1764000000000, 'InitialSchema1764000000000');
INSERT INTO public.migration VALUES (2, 1764028800000, 'People1764028800000');
INSERT INTO public.migration VALUES (3, 1764036000000, 'Seats1764036000000');
INSERT INTO public.migration VALUES (4, 1764039600000, 'Mail1764039600000');
INSERT INTO public.migration VALUES (5, 1764043200000, 'Announcements1764043200000');
INSERT INTO public.migration VALUES (6, 1764046800000, 'SeatRules1764046800000');
INSERT INTO public.migration VALUES (7, 1764046800001, 'SeatReservationIndex1764046800001');
INSERT INTO public.migration VALUES (8, 1764050400000, 'Plugins1764050400000');
INSERT INTO public.migration VALUES (9, 1764054000000, 'OrganizationEvents1764054000000');
INSERT INTO public.migration VALUES (10, 1764061200000, 'UnsentMail1764061200000');
INSERT INTO public.migration VALUES (11, 1764064800000, 'PluginEvents1764064800000');
INSERT INTO public.migration VALUES (12, 1764068400000, 'UnloggedRateLimit1764068400000');
INSERT INTO public.migration VALUES (13, 1764072000000, 'LateRenewals1764072000000');
INSERT INTO public.migration VALUES (14, 1764100000000, 'VerifiedAddresses1764100000000');
INSERT INTO public.migration VALUES (15, 1764101000000, 'SignInProtection1764101000000');
INSERT INTO public.migration VALUES (16, 1764102000000, 'Credentials1764102000000');
INSERT INTO public.migration VALUES (17, 1764103000000, 'SeatCharges1764103000000');
INSERT INTO public.migration VALUES (18, 1764104000000, 'RetiredSigningKeys1764104000000');
INSERT INTO public.migration VALUES (19, 1764105000000, 'DailyCounts1764105000000');
INSERT INTO public.migration VALUES (20, 1764106000000, 'AuditChain1764106000000');
INSERT INTO public.migration VALUES (21, 1764106100000, 'AuditDelivery1764106100000');
INSERT INTO public.migration VALUES (22, 1764110000000, 'FormerSessions1764110000000');
INSERT INTO public.migration VALUES (23, 1764110100000, 'ClientRenewals1764110100000');
INSERT INTO public.migration VALUES (24, 1764112500000, 'ClientCalls1764112500000');
INSERT INTO public.migration VALUES (25, 1764113000000, 'MailTokens1764113000000');
INSERT INTO public.migration VALUES (26, 1764113100000, 'EmailChanges1764113100000');
INSERT INTO public.migration VALUES (27, 1764113200000, 'FoldCase1764113200000');
INSERT INTO public.migration VALUES (28, 1764114000000, 'ClockSteps1764114000000');
INSERT INTO public.migration VALUES (29, 1764115000000, 'AuditVersions1764115000000');
INSERT INTO public.migration VALUES (30, 1764116000000, 'ClientSessions1764116000000');
INSERT INTO public.migration VALUES (31, 1764117000000, 'WithdrawnCharges1764117000000');
INSERT INTO public.migration VALUES (32, 1764117100000, 'RoomForRenewals1764117100000');
INSERT INTO public.migration VALUES (33, 1764118000000, 'RecordedSettings1764118000000');
INSERT INTO public.migration VALUES (34, 1764120000000, 'AccountVersions1764120000000');
INSERT INTO public.migration VALUES (35, 1764121000000, 'Language1764121000000');
INSERT INTO public.migration VALUES (36, 1764130000000, 'OldestLeases1764130000000');
INSERT INTO public.migration VALUES (37, 1764131000000, 'TeamRoleVersions1764131000000');
INSERT INTO public.migration VALUES (38, 1764132000000, 'FastSearch1764132000000');
INSERT INTO public.migration VALUES (39, 1764132100000, 'UsageRollUps1764132100000');
INSERT INTO public.migration VALUES (40, 1764132200000, 'OldRows1764132200000');
INSERT INTO public.migration VALUES (41, 1764132210000, 'PersonalData1764132210000');
INSERT INTO public.migration VALUES (42, 1764132220000, 'AuditArchives1764132220000');
INSERT INTO public.migration VALUES (43, 1764132230000, 'SizeSamples1764132230000');
INSERT INTO public.migration VALUES (44, 1764132500000, 'ServerClock1764132500000');
INSERT INTO public.migration VALUES (45, 1764132600000, 'ClientPasswords1764132600000');
INSERT INTO public.migration VALUES (46, 1764132610000, 'ServiceAccounts1764132610000');
INSERT INTO public.migration VALUES (47, 1764132700000, 'SecondFactors1764132700000');
INSERT INTO public.migration VALUES (48, 1764132710000, 'SecondFactorPolicy1764132710000');
INSERT INTO public.migration VALUES (49, 1764132800000, 'IdentityProviders1764132800000');
INSERT INTO public.migration VALUES (50, 1764132810000, 'DirectorySync1764132810000');
INSERT INTO public.migration VALUES (51, 1764132900000, 'OpenidSessions1764132900000');
INSERT INTO public.migration VALUES (52, 1764133000000, 'Scim1764133000000');
INSERT INTO public.migration VALUES (53, 1764133010000, 'ScimRules1764133010000');
INSERT INTO public.offline_license OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'lab-1', '2026-01-12 00:00:00+00', 1, '2036-01-12 00:00:00+00', 'a.b.c', 'KSE', 'floating');
INSERT INTO public.openid_session VALUES ('8b9bd65f-22b8-436b-8b21-c106e0fa1544', 2, 'ada', 'sid-1', '\x0d');
INSERT INTO public.openid_used_token VALUES ('\x0e', '2026-01-18 00:00:00+00');
INSERT INTO public.organization OVERRIDING SYSTEM VALUE VALUES (2, 'Quote '' and \ backslash', '2026-01-07 00:00:00+00', 15, 0, '{}', '{}', 0.3333333333333333, NULL, 0.8, 0, NULL, false);
INSERT INTO public.organization OVERRIDING SYSTEM VALUE VALUES (1, 'Acme', '2026-01-05 00:00:00+00', 15, 0, '{}', '{}', 0.3333333333333333, NULL, 0.8, 0, NULL, true);
INSERT INTO public.outbox_mail OVERRIDING SYSTEM VALUE VALUES (1, 1, 'invitation', 'alan@example.com', 'Hello', '\x01', '<1@example.com>', '2026-01-13 00:00:00+00', 'waiting', 0, '2026-01-13 00:00:00+00', NULL, NULL, NULL, false);
INSERT INTO public.over_quota_notice VALUES (1, 'KSE', '2026-01-13 00:00:00+00');
INSERT INTO public.password_reset VALUES ('\x03', 2, '2026-01-11 00:00:00+00', '2026-01-11 00:00:00+00', NULL, false);
INSERT INTO public.pending_sign_in VALUES ('\x0a', 1, 3, '2026-01-16 00:00:00+00', '2026-01-16 00:10:00+00');
INSERT INTO public.plugin OVERRIDING SYSTEM VALUE VALUES (1, 1, 'keywords', '1.0.0', '0001', 'custom-keywords', 'jar', 'Keywords of Acme', '{keywords.jar}', 5, 'abababababababababababababababababababababababababababababababab', 1, '2026-01-13 00:00:00+00');
INSERT INTO public.recorded_settings VALUES ('server-1', '{"LOG_LEVEL": "info"}', '2026-01-15 00:00:00+00');
INSERT INTO public.recovery_code VALUES (1, '\x08', NULL);
INSERT INTO public.recovery_code VALUES (1, '\x09', '2026-01-16 00:00:00+00');
INSERT INTO public.retired_signing_key VALUES ('old-kid', 'native', 'pem', '2026-01-14 00:00:00+00', '2036-01-14 00:00:00+00');
INSERT INTO public.scim_group OVERRIDING SYSTEM VALUE VALUES (1, 2, 'Testers', '00g1', 1, '2026-01-18 00:00:00+00', '2026-01-18 00:00:00+00');
INSERT INTO public.scim_group_member VALUES (1, 1);
INSERT INTO public.scim_token OVERRIDING SYSTEM VALUE VALUES (1, 2, '\x0f', 'gh', '2026-01-18 00:00:00+00', NULL);
INSERT INTO public.scim_user OVERRIDING SYSTEM VALUE VALUES (1, 2, 2, 'Grace', '00u1', 2, true, '2026-01-18 00:00:00+00', '2026-01-18 00:00:00+00');
INSERT INTO public.seat_cap OVERRIDING SYSTEM VALUE VALUES (1, 1, 'KSE', 1, NULL, 1);
INSERT INTO public.seat_charge OVERRIDING SYSTEM VALUE VALUES (1, 'session', 1, 1, 'KSE', 'floating', 2, 'machine-9', NULL, '2036-01-14 00:00:00+00', false);
INSERT INTO public.seat_charge OVERRIDING SYSTEM VALUE VALUES (2, 'offline', 99, 1, 'KSE', 'floating', NULL, 'lab-9', NULL, '2036-01-14 00:00:00+00', false);
INSERT INTO public.seat_pool OVERRIDING SYSTEM VALUE VALUES (1, 1, 'KSE', 'floating', NULL, 2, '2027-01-01 00:00:00+00', 1, 'infinity', NULL, 1440, 0, 120, 0, false);
INSERT INTO public.seat_pool OVERRIDING SYSTEM VALUE VALUES (2, 1, 'KSE', 'per-user', NULL, 1, '2027-01-01 00:00:00+00', 0, 'infinity', NULL, 1440, 0, 120, 0, false);
INSERT INTO public.seat_pool OVERRIDING SYSTEM VALUE VALUES (3, 1, 'KRE', 'node-locked', NULL, 1, '2027-01-01 00:00:00+00', 0, 'infinity', NULL, 1440, 0, 120, 0, false);
INSERT INTO public.seat_reservation OVERRIDING SYSTEM VALUE VALUES (1, 1, 'KSE', 1, 2, NULL);
INSERT INTO public.seat_reservation OVERRIDING SYSTEM VALUE VALUES (2, 1, 'KRE', 1, NULL, 1);
INSERT INTO public.second_factor VALUES ('bda9f5c0-fee0-44ec-a1d8-a573a0279a64', 1, 'totp', 'Phone', '\x05', 58000000, '{58000001}', '2026-01-15 00:00:00+00', '2026-01-15 00:00:00+00', '2026-01-16 00:00:00+00', NULL, NULL, NULL, '{}');
INSERT INTO public.second_factor VALUES ('eccef86d-5541-4bd4-86eb-36bc61754ec7', 1, 'passkey', 'Key', NULL, NULL, '{}', '2026-01-15 00:00:00+00', '2026-01-15 00:00:00+00', NULL, '\x06', '\x07', 1, '{usb,nfc}');
INSERT INTO public.session VALUES ('8b9bd65f-22b8-436b-8b21-c106e0fa1544', '\x01', 1, '2026-01-10 00:00:00+00', '2036-01-10 00:00:00+00', NULL, NULL, 3, NULL, NULL, true);
INSERT INTO public.sign_in_place VALUES (1, '192.0.2.0/24', '2026-01-14 00:00:00+00');
INSERT INTO public.signing_key VALUES ('native', 'kid', 'pem', '\x00ff', '2026-11-24 22:30:40.41927+00');
INSERT INTO public.size_sample VALUES ('2026-01-14', 12345678);
INSERT INTO public.team OVERRIDING SYSTEM VALUE VALUES (1, 1, 'Blue', '2026-01-11 00:00:00+00');
INSERT INTO public.team_member VALUES (1, 2, 1, 'USER', '2026-01-11 00:00:00+00', 1);
INSERT INTO public.token_family VALUES ('00000000-0000-4000-8000-000000000002', 1, 3, NULL, '2036-01-14 00:00:00+00');
INSERT INTO public.usage_hour VALUES (1, 'KSE', 'floating', '2026-01-09 00:00:00+00', 0, 1, 1, 3600000000, 0, NULL);
INSERT INTO public.usage_month VALUES (1, '2026-01-01 00:00:00+00', 2, 'machine-1', 'KSE', 'floating', 0, 1, 3600000000, '2026-01-09 00:00:00+00');
INSERT INTO public.usage_roll_up VALUES (true, '-infinity', '-infinity');
INSERT INTO public.used_challenge VALUES ('\x0b', '2026-01-16 00:10:00+00');
INSERT INTO public.user_account OVERRIDING SYSTEM VALUE VALUES (1, 'ada@example.com', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', true, 'Ada', 'L.', true, NULL, 3, '2026-01-05 00:00:00+00', NULL, NULL, false, '{}', '2026-01-05 00:00:00+00', NULL, NULL, false, NULL);
INSERT INTO public.user_account OVERRIDING SYSTEM VALUE VALUES (3, 'Nightly tests', NULL, true, '', '', false, NULL, 1, '2026-01-15 00:00:00+00', NULL, NULL, false, '{}', NULL, 1, NULL, true, NULL);
INSERT INTO public.user_account OVERRIDING SYSTEM VALUE VALUES (2, 'grace@example.com', NULL, true, 'Grace', 'H.', false, NULL, 1, '2026-01-06 00:00:00+00', NULL, NULL, false, '{seats-exhausted}', NULL, NULL, NULL, false, '2026-01-22 00:00:00+00');
INSERT INTO public.user_identity VALUES (1, 'ada', 1, 'ada@example.com', true, '2026-01-17 00:00:00+00', '2026-01-18 00:00:00+00', NULL);
INSERT INTO public.user_identity VALUES (2, 'grace', 2, 'grace@example.com', false, '2026-01-17 00:00:00+00', '2026-01-18 00:00:00+00', '2026-01-19 00:00:00+00');
SELECT pg_catalog.setval('public.api_key_id_seq', 3, true);
SELECT pg_catalog.setval('public.audit_event_id_seq', 1, true);
SELECT pg_catalog.setval('public.client_session_id_seq', 2, true);
SELECT pg_catalog.setval('public.denial_id_seq', 1, true);
SELECT pg_catalog.setval('public.identity_group_id_seq', 2, true);
SELECT pg_catalog.setval('public.identity_provider_id_seq', 2, true);
SELECT pg_catalog.setval('public.invitation_id_seq', 1, true);
SELECT pg_catalog.setval('public.lease_number_seq', 1, true);
SELECT pg_catalog.setval('public.license_file_id_seq', 1, true);
SELECT pg_catalog.setval('public.mail_server_id_seq', 1, true);
SELECT pg_catalog.setval('public.migration_id_seq', 53, true);
SELECT pg_catalog.setval('public.offline_license_id_seq', 1, true);
SELECT pg_catalog.setval('public.organization_id_seq', 2, true);
SELECT pg_catalog.setval('public.outbox_mail_id_seq', 1, true);
SELECT pg_catalog.setval('public.plugin_id_seq', 1, true);
SELECT pg_catalog.setval('public.scim_group_id_seq', 1, true);
SELECT pg_catalog.setval('public.scim_token_id_seq', 1, true);
SELECT pg_catalog.setval('public.scim_user_id_seq', 1, true);
SELECT pg_catalog.setval('public.seat_cap_id_seq', 1, true);
SELECT pg_catalog.setval('public.seat_charge_id_seq', 2, true);
SELECT pg_catalog.setval('public.seat_pool_id_seq', 3, true);
SELECT pg_catalog.setval('public.seat_reservation_id_seq', 2, true);
SELECT pg_catalog.setval('public.seat_waiter_id_seq', 1, false);
SELECT pg_catalog.setval('public.team_id_seq', 1, true);
SELECT pg_catalog.setval('public.user_account_id_seq', 3, true);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_key_hash_key UNIQUE (key_hash);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_archive
    ADD CONSTRAINT audit_archive_pkey PRIMARY KEY (last_block);
ALTER TABLE ONLY public.audit_block
    ADD CONSTRAINT audit_block_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_chain
    ADD CONSTRAINT audit_chain_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY public.audit_checkpoint
    ADD CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_delivery
    ADD CONSTRAINT audit_delivery_pkey PRIMARY KEY (destination);
ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_name
    ADD CONSTRAINT audit_name_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.audit_name
    ADD CONSTRAINT audit_name_pseudonym_key UNIQUE (pseudonym);
ALTER TABLE ONLY public.client_call
    ADD CONSTRAINT client_call_pkey PRIMARY KEY (method, path, parameters, status, reason, program);
ALTER TABLE ONLY public.client_session
    ADD CONSTRAINT client_session_organization_id_user_id_machine_id_session_i_key UNIQUE (organization_id, user_id, machine_id, session_id);
ALTER TABLE ONLY public.client_session
    ADD CONSTRAINT client_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.client_version
    ADD CONSTRAINT client_version_pkey PRIMARY KEY (client, version);
ALTER TABLE ONLY public.daily_count
    ADD CONSTRAINT daily_count_pkey PRIMARY KEY (organization_id, kind);
ALTER TABLE ONLY public.denial
    ADD CONSTRAINT denial_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.email_change
    ADD CONSTRAINT email_change_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.ended_session
    ADD CONSTRAINT ended_session_pkey PRIMARY KEY (lease_id);
ALTER TABLE ONLY public.exhaustion_notice
    ADD CONSTRAINT exhaustion_notice_pkey PRIMARY KEY (organization_id, product);
ALTER TABLE ONLY public.expiry_notice
    ADD CONSTRAINT expiry_notice_pkey PRIMARY KEY (jti, expires_at, days_before);
ALTER TABLE ONLY public.identity_group
    ADD CONSTRAINT identity_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.identity_provider
    ADD CONSTRAINT identity_provider_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.known_device
    ADD CONSTRAINT known_device_pkey PRIMARY KEY (user_id, fingerprint);
ALTER TABLE ONLY public.known_machine
    ADD CONSTRAINT known_machine_pkey PRIMARY KEY (organization_id, machine_id, hostname);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_user_id_product_machine_id_session_id_organization_id_key UNIQUE (user_id, product, machine_id, session_id, organization_id);
ALTER TABLE ONLY public.license_file
    ADD CONSTRAINT license_file_jti_key UNIQUE (jti);
ALTER TABLE ONLY public.license_file
    ADD CONSTRAINT license_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.licensed_user
    ADD CONSTRAINT licensed_user_pkey PRIMARY KEY (pool_id, user_id);
ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_pkey PRIMARY KEY (pool_id, machine_id);
ALTER TABLE ONLY public.mail_server
    ADD CONSTRAINT mail_server_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (organization_id, user_id);
ALTER TABLE ONLY public.offline_license
    ADD CONSTRAINT offline_license_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.openid_session
    ADD CONSTRAINT openid_session_pkey PRIMARY KEY (session_id);
ALTER TABLE ONLY public.openid_used_token
    ADD CONSTRAINT openid_used_token_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox_mail
    ADD CONSTRAINT outbox_mail_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY public.outbox_mail
    ADD CONSTRAINT outbox_mail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.over_quota_notice
    ADD CONSTRAINT over_quota_notice_pkey PRIMARY KEY (organization_id, product);
ALTER TABLE ONLY public.password_reset
    ADD CONSTRAINT password_reset_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.pending_sign_in
    ADD CONSTRAINT pending_sign_in_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.plugin
    ADD CONSTRAINT plugin_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rate_limit
    ADD CONSTRAINT rate_limit_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.recorded_settings
    ADD CONSTRAINT recorded_settings_pkey PRIMARY KEY (server);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (user_id, code_hash);
ALTER TABLE ONLY public.removed_member
    ADD CONSTRAINT removed_member_pkey PRIMARY KEY (organization_id, user_id);
ALTER TABLE ONLY public.retired_signing_key
    ADD CONSTRAINT retired_signing_key_pkey PRIMARY KEY (kid);
ALTER TABLE ONLY public.scim_group_member
    ADD CONSTRAINT scim_group_member_pkey PRIMARY KEY (group_id, scim_user_id);
ALTER TABLE ONLY public.scim_group
    ADD CONSTRAINT scim_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.scim_token
    ADD CONSTRAINT scim_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.scim_token
    ADD CONSTRAINT scim_token_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.scim_user
    ADD CONSTRAINT scim_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seat_cap
    ADD CONSTRAINT seat_cap_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seat_charge
    ADD CONSTRAINT seat_charge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seat_pool
    ADD CONSTRAINT seat_pool_organization_id_product_model_key UNIQUE (organization_id, product, model);
ALTER TABLE ONLY public.seat_pool
    ADD CONSTRAINT seat_pool_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seat_reservation
    ADD CONSTRAINT seat_reservation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seat_waiter
    ADD CONSTRAINT seat_waiter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_credential_id_key UNIQUE (credential_id);
ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.sign_in_place
    ADD CONSTRAINT sign_in_place_pkey PRIMARY KEY (user_id, site);
ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_kid_key UNIQUE (kid);
ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (purpose);
ALTER TABLE ONLY public.size_sample
    ADD CONSTRAINT size_sample_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_pkey PRIMARY KEY (team_id, user_id);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_organization_id_id_key UNIQUE (organization_id, id);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token_family
    ADD CONSTRAINT token_family_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.usage_hour
    ADD CONSTRAINT usage_hour_pkey PRIMARY KEY (organization_id, product, model, hour);
ALTER TABLE ONLY public.usage_month
    ADD CONSTRAINT usage_month_pkey PRIMARY KEY (organization_id, month, user_id, machine_id, product, model);
ALTER TABLE ONLY public.usage_roll_up
    ADD CONSTRAINT usage_roll_up_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY public.used_challenge
    ADD CONSTRAINT used_challenge_pkey PRIMARY KEY (challenge_hash);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_identity
    ADD CONSTRAINT user_identity_pkey PRIMARY KEY (provider_id, subject);
CREATE INDEX api_key_by_user ON public.api_key USING btree (user_id);
CREATE INDEX audit_event_action ON public.audit_event USING btree (action text_pattern_ops);
CREATE INDEX audit_event_actor ON public.audit_event USING btree (public.fold_case(actor));
CREATE INDEX audit_event_all_versions ON public.audit_event USING btree (action, COALESCE(organization_id, (0)::bigint), target_id, id) WHERE (action = ANY (ARRAY['license-policy.changed'::text, 'organization.renamed'::text, 'allocation.changed'::text, 'mail-server.created'::text, 'mail-server.changed'::text, 'mail-server.removed'::text, 'server-settings.changed'::text, 'user.disabled'::text, 'user.enabled'::text, 'user.administrator-appointed'::text, 'user.administrator-dismissed'::text, 'user.email-changed'::text, 'team.renamed'::text, 'member.role-changed'::text]));
CREATE INDEX audit_event_identity_providers ON public.audit_event USING btree (COALESCE(organization_id, (0)::bigint), target_id, id) WHERE (action = ANY (ARRAY['identity-provider.created'::text, 'identity-provider.changed'::text]));
CREATE INDEX audit_event_occurred ON public.audit_event USING btree (occurred_at);
CREATE INDEX audit_event_organization_occurred ON public.audit_event USING btree (organization_id, occurred_at);
CREATE INDEX audit_event_search ON public.audit_event USING gin (public.fold_case(((((((((actor || ' '::text) || action) || ' '::text) || COALESCE(target_id, ''::text)) || ' '::text) || COALESCE(address, ''::text)) || ' '::text) || (details)::text)) public.gin_trgm_ops);
CREATE INDEX audit_event_team_roles ON public.audit_event USING btree (COALESCE(organization_id, (0)::bigint), target_id, id) WHERE (action = ANY (ARRAY['team-member.added'::text, 'team-member.role-changed'::text, 'team-member.removed'::text]));
CREATE INDEX audit_event_versions ON public.audit_event USING btree (action, COALESCE(organization_id, (0)::bigint), target_id, id) WHERE (action = ANY (ARRAY['license-policy.changed'::text, 'organization.renamed'::text, 'allocation.changed'::text, 'mail-server.created'::text, 'mail-server.changed'::text, 'mail-server.removed'::text, 'server-settings.changed'::text, 'user.disabled'::text, 'user.enabled'::text, 'user.administrator-appointed'::text, 'user.administrator-dismissed'::text, 'team.renamed'::text, 'member.role-changed'::text]));
CREATE INDEX audit_event_xid ON public.audit_event USING btree (xid);
CREATE INDEX client_session_reported ON public.client_session USING brin (reported_at);
CREATE INDEX denial_occurred ON public.denial USING btree (occurred_at);
CREATE INDEX denial_organization_occurred ON public.denial USING btree (organization_id, occurred_at);
CREATE INDEX denial_session ON public.denial USING btree (session_id, user_id);
CREATE INDEX email_change_user ON public.email_change USING btree (user_id);
CREATE INDEX ended_session_ended ON public.ended_session USING btree (ended_at);
CREATE INDEX ended_session_ended_by ON public.ended_session USING btree (public.fold_case(ended_by)) WHERE (ended_by IS NOT NULL);
CREATE INDEX ended_session_ended_event ON public.ended_session USING btree (ended_event_id);
CREATE INDEX ended_session_granted_event ON public.ended_session USING btree (granted_event_id);
CREATE INDEX ended_session_machine ON public.ended_session USING btree (machine_id);
CREATE INDEX ended_session_organization ON public.ended_session USING btree (organization_id, started_at);
CREATE INDEX ended_session_session ON public.ended_session USING btree (session_id, user_id);
CREATE INDEX ended_session_started ON public.ended_session USING btree (started_at);
CREATE INDEX ended_session_user ON public.ended_session USING btree (user_id);
CREATE INDEX ended_session_xid ON public.ended_session USING btree (ended_xid);
CREATE INDEX identity_group_by_provider ON public.identity_group USING btree (provider_id);
CREATE UNIQUE INDEX invitation_mailed_token ON public.invitation USING btree (mailed_token_hash);
CREATE UNIQUE INDEX invitation_open ON public.invitation USING btree (organization_id, email) WHERE ((joined_at IS NULL) AND (revoked_at IS NULL));
CREATE INDEX invitation_to_join ON public.invitation USING btree (user_id) WHERE ((joined_at IS NULL) AND (revoked_at IS NULL));
CREATE INDEX lease_fingerprint ON public.lease USING btree (user_id, fingerprint) WHERE (fingerprint IS NOT NULL);
CREATE INDEX lease_job ON public.lease USING btree (user_id, job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX lease_member ON public.lease USING btree (organization_id, user_id);
CREATE INDEX lease_pool_started ON public.lease USING btree (pool_id, started_at);
CREATE INDEX machine_by_id ON public.machine USING btree (machine_id);
CREATE UNIQUE INDEX mail_server_owner ON public.mail_server USING btree (COALESCE(organization_id, (0)::bigint));
CREATE INDEX membership_by_user ON public.membership USING btree (user_id);
CREATE UNIQUE INDEX membership_one_owner ON public.membership USING btree (organization_id) WHERE (role = 'OWNER'::text);
CREATE INDEX offline_license_pool ON public.offline_license USING btree (pool_id, expires_at);
CREATE INDEX openid_session_by_sid ON public.openid_session USING btree (provider_id, sid);
CREATE INDEX openid_session_by_subject ON public.openid_session USING btree (provider_id, subject);
CREATE INDEX openid_used_token_by_end ON public.openid_used_token USING btree (expires_at);
CREATE INDEX outbox_mail_created ON public.outbox_mail USING brin (created_at);
CREATE INDEX outbox_mail_due ON public.outbox_mail USING btree (next_attempt_at) WHERE (state = 'waiting'::text);
CREATE INDEX outbox_mail_organization ON public.outbox_mail USING btree (organization_id, id);
CREATE INDEX outbox_mail_unsent ON public.outbox_mail USING btree (state, created_at) WHERE (state <> 'sent'::text);
CREATE INDEX password_reset_by_user ON public.password_reset USING btree (user_id);
CREATE INDEX pending_sign_in_by_user ON public.pending_sign_in USING btree (user_id);
CREATE INDEX plugin_content ON public.plugin USING btree (sha256);
CREATE UNIQUE INDEX plugin_version ON public.plugin USING btree (COALESCE(organization_id, (0)::bigint), lower(name), lower(version));
CREATE INDEX rate_limit_expire ON public.rate_limit USING btree (expire);
CREATE INDEX scim_group_member_by_user ON public.scim_group_member USING btree (scim_user_id);
CREATE UNIQUE INDEX scim_group_name ON public.scim_group USING btree (provider_id, public.fold_case(display_name));
CREATE INDEX scim_token_by_provider ON public.scim_token USING btree (provider_id);
CREATE UNIQUE INDEX scim_user_account ON public.scim_user USING btree (user_id);
CREATE INDEX scim_user_external_id ON public.scim_user USING btree (provider_id, external_id);
CREATE INDEX scim_user_grants_due ON public.scim_user USING btree (id) WHERE grants_due;
CREATE UNIQUE INDEX scim_user_name ON public.scim_user USING btree (provider_id, public.fold_case(user_name));
CREATE INDEX seat_cap_pool ON public.seat_cap USING btree (organization_id, product);
CREATE UNIQUE INDEX seat_cap_team ON public.seat_cap USING btree (organization_id, product, team_id) WHERE (team_id IS NOT NULL);
CREATE UNIQUE INDEX seat_cap_user ON public.seat_cap USING btree (organization_id, product, user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX seat_charge_pool ON public.seat_charge USING btree (pool_id, expires_at);
CREATE INDEX seat_reservation_pool ON public.seat_reservation USING btree (organization_id, product);
CREATE UNIQUE INDEX seat_reservation_team ON public.seat_reservation USING btree (organization_id, product, team_id) WHERE (team_id IS NOT NULL);
CREATE UNIQUE INDEX seat_reservation_user ON public.seat_reservation USING btree (organization_id, product, user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX seat_waiter_queue ON public.seat_waiter USING btree (organization_id, product, id);
CREATE INDEX second_factor_by_user ON public.second_factor USING btree (user_id);
CREATE INDEX session_by_user ON public.session USING btree (user_id);
CREATE INDEX team_member_by_user ON public.team_member USING btree (organization_id, user_id);
CREATE UNIQUE INDEX team_name ON public.team USING btree (organization_id, lower(name));
CREATE INDEX token_family_by_expiry ON public.token_family USING btree (expires_at);
CREATE INDEX token_family_by_user ON public.token_family USING btree (user_id);
CREATE INDEX user_account_by_email ON public.user_account USING btree (email);
CREATE UNIQUE INDEX user_account_email ON public.user_account USING btree (email) WHERE (NOT service);
CREATE INDEX user_account_service ON public.user_account USING btree (origin_organization_id) WHERE service;
CREATE UNIQUE INDEX user_identity_once ON public.user_identity USING btree (user_id, provider_id);
CREATE TRIGGER access_changed AFTER DELETE ON public.api_key FOR EACH ROW EXECUTE FUNCTION public.notify_access_changed();
CREATE TRIGGER access_changed AFTER INSERT OR DELETE OR UPDATE ON public.membership FOR EACH ROW EXECUTE FUNCTION public.notify_access_changed();
CREATE TRIGGER access_changed AFTER DELETE ON public.session FOR EACH ROW EXECUTE FUNCTION public.notify_access_changed();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE ON public.token_family FOR EACH ROW WHEN ((new.ended_at IS NOT NULL)) EXECUTE FUNCTION public.notify_access_changed();
CREATE TRIGGER access_changed AFTER DELETE OR UPDATE OF email, password, disabled_at, root, credentials_version ON public.user_account FOR EACH ROW EXECUTE FUNCTION public.notify_access_changed();
CREATE TRIGGER identity_changed AFTER INSERT OR DELETE OR UPDATE ON public.identity_group FOR EACH STATEMENT EXECUTE FUNCTION public.notify_identity_changed();
CREATE TRIGGER identity_changed AFTER INSERT OR DELETE OR UPDATE OF name, enabled, provisioning, domains, settings, secrets_sealed, updated_at ON public.identity_provider FOR EACH STATEMENT EXECUTE FUNCTION public.notify_identity_changed();
CREATE TRIGGER keep_offline_license_charged AFTER DELETE ON public.offline_license REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_offline_license_charged();
CREATE TRIGGER license_changed AFTER INSERT OR DELETE OR UPDATE ON public.license_file FOR EACH STATEMENT EXECUTE FUNCTION public.notify_license_changed();
CREATE TRIGGER name_offline_license BEFORE INSERT ON public.offline_license FOR EACH ROW EXECUTE FUNCTION public.name_offline_license();
CREATE TRIGGER notify_signing_key AFTER INSERT OR DELETE OR UPDATE ON public.signing_key FOR EACH STATEMENT EXECUTE FUNCTION public.notify_signing_key();
CREATE TRIGGER organization_changed AFTER UPDATE ON public.organization FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION public.notify_row_changed('organization');
CREATE TRIGGER organization_changed AFTER UPDATE OF quota, ends_at, allocation ON public.seat_pool FOR EACH ROW WHEN (((old.quota IS DISTINCT FROM new.quota) OR (old.ends_at IS DISTINCT FROM new.ends_at) OR (old.allocation IS DISTINCT FROM new.allocation))) EXECUTE FUNCTION public.notify_row_changed('licenses');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.invitation REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('invitations');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.lease REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('online-licenses');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.licensed_user REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_pool_changed('licensed-users');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.machine REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_pool_changed('machines');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.mail_server REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('mail');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.membership REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('members');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.offline_license REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('offline-licenses');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.outbox_mail REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('mail');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.plugin REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_plugins_changed();
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.removed_member REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('members');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.team REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('teams');
CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON public.team_member REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('teams');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.denial REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('denials');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.invitation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('invitations');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.lease REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('online-licenses');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.licensed_user REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_pool_changed('licensed-users');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.machine REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_pool_changed('machines');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.mail_server REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('mail');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.membership REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('members');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.offline_license REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('offline-licenses');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.outbox_mail REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('mail');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.plugin REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_plugins_changed();
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.removed_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('members');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.team REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('teams');
CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON public.team_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('teams');
CREATE TRIGGER organization_changed_by_transfer AFTER UPDATE OF machine_id ON public.machine FOR EACH ROW EXECUTE FUNCTION public.notify_machine_transferred();
CREATE TRIGGER organization_changed_by_update AFTER UPDATE ON public.invitation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('invitations');
CREATE TRIGGER organization_changed_by_update AFTER UPDATE ON public.mail_server REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('mail');
CREATE TRIGGER organization_changed_by_update AFTER UPDATE ON public.membership REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('members');
CREATE TRIGGER organization_changed_by_update AFTER UPDATE ON public.outbox_mail REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('mail');
CREATE TRIGGER organization_changed_by_update AFTER UPDATE ON public.team REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('teams');
CREATE TRIGGER organization_changed_by_update AFTER UPDATE ON public.team_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_organization_changed('teams');
CREATE CONSTRAINT TRIGGER organization_owned AFTER DELETE OR UPDATE OF organization_id, role ON public.membership DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.role = 'OWNER'::text)) EXECUTE FUNCTION public.check_organization_owned();
CREATE CONSTRAINT TRIGGER organization_owned AFTER INSERT ON public.organization DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.check_organization_owned();
CREATE TRIGGER outbox_changed AFTER INSERT ON public.outbox_mail FOR EACH STATEMENT EXECUTE FUNCTION public.notify_outbox_changed();
CREATE TRIGGER queue_moved AFTER DELETE ON public.seat_waiter REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.notify_queue_moved();
CREATE TRIGGER remember_ended_sessions AFTER DELETE ON public.lease REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION public.remember_ended_sessions();
CREATE TRIGGER scim_rules_added AFTER INSERT ON public.identity_group REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.scim_rules_changed();
CREATE TRIGGER scim_rules_changed AFTER UPDATE ON public.identity_group REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.scim_rules_changed();
CREATE TRIGGER scim_rules_removed AFTER DELETE ON public.identity_group REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.scim_rules_changed();
CREATE TRIGGER seats_added AFTER UPDATE OF quota ON public.seat_pool FOR EACH ROW WHEN ((new.quota > old.quota)) EXECUTE FUNCTION public.notify_seats_added();
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_session
    ADD CONSTRAINT client_session_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client_session
    ADD CONSTRAINT client_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.daily_count
    ADD CONSTRAINT daily_count_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.denial
    ADD CONSTRAINT denial_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.denial
    ADD CONSTRAINT denial_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.email_change
    ADD CONSTRAINT email_change_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.exhaustion_notice
    ADD CONSTRAINT exhaustion_notice_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.identity_group
    ADD CONSTRAINT identity_group_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.identity_group
    ADD CONSTRAINT identity_group_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.identity_group
    ADD CONSTRAINT identity_group_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.team(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.known_device
    ADD CONSTRAINT known_device_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES public.membership(organization_id, user_id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.seat_pool(id);
ALTER TABLE ONLY public.license_file
    ADD CONSTRAINT license_file_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.licensed_user
    ADD CONSTRAINT licensed_user_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.seat_pool(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.licensed_user
    ADD CONSTRAINT licensed_user_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.seat_pool(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.mail_server
    ADD CONSTRAINT mail_server_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_managed_by_fkey FOREIGN KEY (managed_by) REFERENCES public.identity_provider(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.offline_license
    ADD CONSTRAINT offline_license_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.offline_license
    ADD CONSTRAINT offline_license_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.offline_license
    ADD CONSTRAINT offline_license_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.seat_pool(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.openid_session
    ADD CONSTRAINT openid_session_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.openid_session
    ADD CONSTRAINT openid_session_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.outbox_mail
    ADD CONSTRAINT outbox_mail_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.over_quota_notice
    ADD CONSTRAINT over_quota_notice_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.password_reset
    ADD CONSTRAINT password_reset_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.pending_sign_in
    ADD CONSTRAINT pending_sign_in_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.plugin
    ADD CONSTRAINT plugin_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.plugin
    ADD CONSTRAINT plugin_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.removed_member
    ADD CONSTRAINT removed_member_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.removed_member
    ADD CONSTRAINT removed_member_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES public.user_account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.removed_member
    ADD CONSTRAINT removed_member_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scim_group_member
    ADD CONSTRAINT scim_group_member_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.scim_group(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scim_group_member
    ADD CONSTRAINT scim_group_member_scim_user_id_fkey FOREIGN KEY (scim_user_id) REFERENCES public.scim_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scim_group
    ADD CONSTRAINT scim_group_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scim_token
    ADD CONSTRAINT scim_token_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scim_user
    ADD CONSTRAINT scim_user_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scim_user
    ADD CONSTRAINT scim_user_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_cap
    ADD CONSTRAINT seat_cap_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_cap
    ADD CONSTRAINT seat_cap_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES public.team(organization_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_cap
    ADD CONSTRAINT seat_cap_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES public.membership(organization_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_pool
    ADD CONSTRAINT seat_pool_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_reservation
    ADD CONSTRAINT seat_reservation_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_reservation
    ADD CONSTRAINT seat_reservation_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES public.team(organization_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_reservation
    ADD CONSTRAINT seat_reservation_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES public.membership(organization_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat_waiter
    ADD CONSTRAINT seat_waiter_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sign_in_place
    ADD CONSTRAINT sign_in_place_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_managed_by_fkey FOREIGN KEY (managed_by) REFERENCES public.identity_provider(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES public.team(organization_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES public.membership(organization_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.token_family
    ADD CONSTRAINT token_family_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_identity
    ADD CONSTRAINT user_identity_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_identity
    ADD CONSTRAINT user_identity_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
