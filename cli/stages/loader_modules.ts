/**
 * Every module that the front and the loader may need. Neither may write where Deno keeps modules, and
 * the loader cannot fetch them: both must have happened before they start.
 *
 * @module
 */

/** Reads every module of the two processes once. */
export async function readLoaderModules(): Promise<void> {
  await Promise.all([
    import("../app.ts"),
    import("../config_file.ts"),
    import("../data_directory.ts"),
    import("../help_page.ts"),
    import("../output/help.ts"),
    import("../report_error.ts"),
    import("../run/attach.ts"),
    import("../run/delete_dispatcher.ts"),
    import("../run/delete_links.ts"),
    import("../run/delete_programs.ts"),
    import("../run/detach.ts"),
    import("../run/load_file.ts"),
    import("../run/load_image.ts"),
    import("../run/replace_program.ts"),
    import("../run/run.ts"),
    import("../run/unload.ts"),
    import("../run/update_link.ts"),
    import("../run_command.ts"),
    import("./open_other.ts"),
    import("./received_load.ts"),
    import("./timing.ts"),
    import("../../core/manager.ts"),
    import("../../core/chain/compose/counters.ts"),
    import("../../core/chain/compose/engine.ts"),
    import("../../core/chain/dispatchers.ts"),
    import("../../core/chain/freplace/engine.ts"),
    import("../../core/chain/libxdp/engine.ts"),
    import("../../core/chain/repair_hook.ts"),
    import("../../core/link/change_chain.ts"),
    import("../../core/link/member.ts"),
    import("../../core/program/check_structure.ts"),
    import("../../core/program/globals.ts"),
    import("../../core/program/map_schema.ts"),
    import("../../core/program/object_file.ts"),
    import("../../core/program/replace.ts"),
    import("../prepare/prepare_file.ts"),
    import("../prepare/prepare_image.ts"),
    import("../prepare/prepare_object.ts"),
    import("./open_front.ts"),
    import("../../core/image/images.ts"),
    import("../../core/image/in_use.ts"),
    import("../../core/image/object.ts"),
    import("../../core/image/pull.ts"),
    import("../../core/image/registry/authorization.ts"),
    import("../../core/image/registry/credentials.ts"),
    import("npm:smol-toml@1.9.1"),
  ]);
}
